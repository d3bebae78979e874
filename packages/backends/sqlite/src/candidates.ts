import type { CompiledCondition } from './compile.ts';
import type { SqlValue } from './fragment.ts';

/** The FROM and WHERE of a statement over a condition's matches, and what a row's number is called in it. */
export interface Candidates {
  readonly from: string;
  readonly where: string;
  readonly params: readonly SqlValue[];
  readonly row: string;
}

/** @param doc columns of `doc` are wanted. The join is a CROSS JOIN, which keeps SQLite from asking FTS5 row by row. */
export function candidates({ driver, where }: CompiledCondition, doc: boolean): Candidates {
  if (driver.kind === 'match') {
    const { table, match } = driver;
    const row = `${table}.rowid`;
    const join = doc || where.needsDoc ? ` CROSS JOIN doc ON doc.row = ${row}` : '';
    const params = [match, ...where.params];
    return { from: `${table}${join}`, where: `${table} MATCH ? AND ${atRow(where.sql, row)}`, params, row };
  }
  const row = 'doc.row';
  if (driver.kind === 'all') return { from: 'doc', where: atRow(where.sql, row), params: where.params, row };
  const params = [...driver.params, ...where.params];
  return { from: 'doc', where: `${row} IN (${driver.sql}) AND ${atRow(where.sql, row)}`, params, row };
}

function atRow(sql: string, row: string): string {
  return sql.replaceAll(/\bROW\b/g, row);
}
