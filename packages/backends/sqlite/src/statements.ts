import { candidates } from './candidates.ts';
import type { CompiledCondition } from './compile.ts';
import type { Statement } from './fragment.ts';

/** How many rows match. */
export function countStatement(compiled: CompiledCondition): Statement {
  if (compiled.nothing) return { sql: 'SELECT 0 AS n', params: [] };
  const { from, where, params } = candidates(compiled, false);
  return { sql: `SELECT count(*) AS n FROM ${from} WHERE ${where}`, params };
}

/** The numbers of the rows that match, rising. */
export function rowsStatement(compiled: CompiledCondition): Statement {
  const { from, row, where, params } = candidates(compiled, false);
  return { sql: `SELECT ${row} FROM ${from} WHERE ${where} ORDER BY ${row}`, params };
}

/** Matching rows by row number, to be stepped through as far as needed. Rows of one second come in either order of ids. */
export function inOrderStatement(compiled: CompiledCondition, newestFirst: boolean): Statement {
  const { from, row, where, params } = candidates(compiled, true);
  return {
    sql: `SELECT doc.date, doc.id FROM ${from} WHERE ${where} ORDER BY ${row} ${newestFirst ? 'DESC' : 'ASC'}`,
    params,
  };
}

/** Matching rows by date, whatever their numbers, behind a date (itself included). */
export function byDateStatement(
  compiled: CompiledCondition,
  options: { readonly newestFirst: boolean; readonly fromDate: number | null },
): Statement {
  const { newestFirst, fromDate } = options;
  const { from, where, params } = candidates(compiled, true);
  const behind = fromDate === null ? '' : ` AND doc.date ${newestFirst ? '<=' : '>='} ?`;
  return {
    sql: `SELECT doc.date, doc.id FROM ${from} WHERE ${where}${behind} ORDER BY doc.date ${newestFirst ? 'DESC' : 'ASC'}`,
    params: fromDate === null ? params : [...params, fromDate],
  };
}
