export type SqlValue = string | number;

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/**
 * A piece of a WHERE clause. ROW stands for the candidate's row number, `doc.` for its row in `doc`, which needs a join when
 * `needsDoc`. `looks`: statements that count what the engine looks at in other tables to work it out.
 */
export interface Fragment extends Statement {
  readonly needsDoc: boolean;
  readonly looks: readonly Statement[];
}

export const TRUE: Fragment = { sql: '1', params: [], needsDoc: false, looks: [] };
export const FALSE: Fragment = { ...TRUE, sql: '0' };

export function fragment(
  sql: string,
  params: readonly SqlValue[] = [],
  looks: readonly Statement[] = [],
): Fragment {
  return { sql, params, needsDoc: sql.includes('doc.'), looks };
}

export function allOf(parts: readonly Fragment[]): Fragment {
  if (parts.some((p) => p.sql === '0')) return FALSE;
  return combine(
    parts.filter((p) => p.sql !== '1'),
    ' AND ',
    TRUE,
  );
}

export function anyOf(parts: readonly Fragment[]): Fragment {
  if (parts.some((p) => p.sql === '1')) return TRUE;
  return combine(
    parts.filter((p) => p.sql !== '0'),
    ' OR ',
    FALSE,
  );
}

export function negated(part: Fragment): Fragment {
  if (part.sql === '1') return FALSE;
  if (part.sql === '0') return TRUE;
  return { ...part, sql: `NOT (${part.sql})` };
}

function combine(parts: readonly Fragment[], by: string, none: Fragment): Fragment {
  const only = parts[0];
  if (only === undefined) return none;
  if (parts.length === 1) return only;
  return {
    sql: `(${parts.map((p) => p.sql).join(by)})`,
    params: parts.flatMap((p) => p.params),
    needsDoc: parts.some((p) => p.needsDoc),
    looks: parts.flatMap((p) => p.looks),
  };
}
