import { type Condition, type DeclaredField, HayrickError, unreachable } from '@hayrick/core/backend';
import { keywordToken } from './keyword-token.ts';
import { matchExpression, splitByTable } from './match-expression.ts';

/** What a condition needs to know of the generation it is asked of. */
export interface CompileContext {
  /** Keys of the scopes that hold one of these archives; `all` if every document's scope does. */
  scopes(archives: readonly string[]): readonly number[] | 'all';
  /** Rows in date order whose date lies in the span: first and last row. */
  rowsOfDates(from: number | null, to: number | null): { readonly first: number; readonly last: number };
  readonly fields: readonly DeclaredField[];
  readonly hasLate: boolean;
}

export type SqlValue = string | number;

/**
 * A condition as SQL. Candidates come from `driver` (one FTS5 expression, over `words`, `aside` or `keywords`) where there
 * is one, else from the table `doc`; `where` filters them. In `where`, ROW stands for the candidate's row number and
 * `doc.` for its row in `doc`, which needs a join when `needsDoc`.
 */
export interface CompiledCondition {
  readonly driver: { readonly table: 'words' | 'aside' | 'keywords'; readonly match: string } | null;
  readonly where: Fragment;
  /** Every FTS5 expression that is evaluated, the driver included: their hits are the candidates examined. */
  readonly matches: readonly { readonly table: string; readonly match: string }[];
  readonly nothing: boolean;
}

export interface Fragment {
  readonly sql: string;
  readonly params: readonly SqlValue[];
  readonly needsDoc: boolean;
}

/** Compiles a condition, already restricted to what may be read. Pure but for what the context looks up. */
export function compileCondition(condition: Condition, context: CompileContext): CompiledCondition {
  const conjuncts = condition.kind === 'and' ? condition.of : [condition];
  const matches: { table: string; match: string }[] = [];
  const { driver, rest } = chooseDriver(conjuncts);
  if (driver !== null) matches.push(driver);
  const where = all(rest.map((c) => filter(c, context, matches)));
  return { driver, where, matches, nothing: where.sql === '0' };
}

/** All conjuncts over `words` that FTS5 can answer together; failing that over `aside`; failing that one keyword. */
function chooseDriver(conjuncts: readonly Condition[]): {
  readonly driver: CompiledCondition['driver'];
  readonly rest: readonly Condition[];
} {
  for (const table of ['words', 'aside'] as const) {
    const positive = conjuncts.filter((c) => matchExpression(c)?.table === table);
    if (positive.length === 0) continue;
    const negative = conjuncts.filter((c) => c.kind === 'not' && matchExpression(c.of)?.table === table);
    const driver = matchExpression({ kind: 'and', of: [...positive, ...negative] });
    if (driver !== null) {
      return { driver, rest: conjuncts.filter((c) => !positive.includes(c) && !negative.includes(c)) };
    }
  }
  const keyword = conjuncts.find((c) => keywordMatch(c) !== null);
  if (keyword === undefined) return { driver: null, rest: conjuncts };
  return {
    driver: { table: 'keywords', match: keywordMatch(keyword) ?? '' },
    rest: conjuncts.filter((c) => c !== keyword),
  };
}

function keywordMatch(condition: Condition): string | null {
  switch (condition.kind) {
    case 'keyword':
      return `"${keywordToken(condition.field, condition.value)}"`;
    case 'keyword-prefix':
      return `"${keywordToken(condition.field, condition.prefix)}" *`;
    case 'or': {
      const parts = condition.of.map(keywordMatch);
      return parts.length === 0 || parts.includes(null) ? null : parts.join(' OR ');
    }
    default:
      return null;
  }
}

function filter(
  condition: Condition,
  context: CompileContext,
  matches: { table: string; match: string }[],
): Fragment {
  const inMatch = (table: string, match: string): Fragment => {
    matches.push({ table, match });
    return plain(`ROW IN (SELECT rowid FROM ${table} WHERE ${table} MATCH ?)`, [match]);
  };
  const text = matchExpression(condition);
  if (text !== null) return inMatch(text.table, text.match);
  const keywords = keywordMatch(condition);
  if (keywords !== null) return inMatch('keywords', keywords);
  switch (condition.kind) {
    case 'all':
      return TRUE;
    case 'none':
      return FALSE;
    case 'and':
      return all(condition.of.map((c) => filter(c, context, matches)));
    case 'or':
      return any(condition.of.map((c) => filter(c, context, matches)));
    case 'not':
      return not(filter(condition.of, context, matches));
    case 'phrase':
      return any(splitByTable(condition).map((c) => filter(c, context, matches)));
    case 'range':
      return range(condition, context);
    case 'archives': {
      const scopes = context.scopes(condition.names);
      if (scopes === 'all') return TRUE;
      return scopes.length === 0 ? FALSE : docFragment(`doc.scope IN (${scopes.join()})`, []);
    }
    case 'keyword':
    case 'keyword-prefix':
      return FALSE;
    case 'near':
    case 'fuzzy':
    case 'regex':
    case 'thread':
      throw new HayrickError(
        'QUERY_UNSUPPORTED',
        `The engine sqlite does not answer conditions of the kind "${condition.kind}".`,
      );
    default:
      return unreachable(condition);
  }
}

function range(
  { field, from, to }: Extract<Condition, { kind: 'range' }>,
  context: CompileContext,
): Fragment {
  if (field === 'date') {
    const { first, last } = context.rowsOfDates(from, to);
    const inOrder = plain('ROW BETWEEN ? AND ?', [first, last]);
    if (!context.hasLate) return inOrder;
    const inOrderOnly = all([inOrder, plain('ROW NOT IN (SELECT row FROM late)', [])]);
    return any([
      inOrderOnly,
      plain(`ROW IN (SELECT row FROM late WHERE ${bounds('date', from, to)})`, boundValues(from, to)),
    ]);
  }
  if (field === 'received' || field === 'size')
    return docFragment(bounds(`doc.${field}`, from, to), boundValues(from, to));
  return plain(`ROW IN (SELECT row FROM number WHERE field = ? AND ${bounds('value', from, to)})`, [
    field,
    ...boundValues(from, to),
  ]);
}

function bounds(column: string, from: number | null, to: number | null): string {
  const parts = [from === null ? '' : `${column} >= ?`, to === null ? '' : `${column} <= ?`].filter(
    (p) => p !== '',
  );
  return parts.length === 0 ? '1' : parts.join(' AND ');
}

function boundValues(from: number | null, to: number | null): number[] {
  return [from, to].filter((n) => n !== null);
}

const TRUE: Fragment = { sql: '1', params: [], needsDoc: false };
const FALSE: Fragment = { sql: '0', params: [], needsDoc: false };

function plain(sql: string, params: readonly SqlValue[]): Fragment {
  return { sql, params, needsDoc: false };
}

function docFragment(sql: string, params: readonly SqlValue[]): Fragment {
  return { sql, params, needsDoc: true };
}

function all(parts: readonly Fragment[]): Fragment {
  if (parts.some((p) => p.sql === '0')) return FALSE;
  return combine(
    parts.filter((p) => p.sql !== '1'),
    ' AND ',
    TRUE,
  );
}

function any(parts: readonly Fragment[]): Fragment {
  if (parts.some((p) => p.sql === '1')) return TRUE;
  return combine(
    parts.filter((p) => p.sql !== '0'),
    ' OR ',
    FALSE,
  );
}

function not(part: Fragment): Fragment {
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
  };
}
