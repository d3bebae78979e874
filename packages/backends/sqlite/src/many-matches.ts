import { candidates } from './candidates.ts';
import type { CompiledCondition, Driver } from './compile.ts';
import type { Statement } from './fragment.ts';

/** Matches up to which each is scored by bm25, at 1 to 2 µs a match. */
export const MOST_SCORED = 4000;

type Match = Extract<Driver, { kind: 'match' }>;

/** Of more matches than MOST_SCORED those whose subject matches, and behind them the others; each the latest first. */
export interface ManyMatches {
  readonly inSubject: CompiledCondition;
  readonly others: CompiledCondition;
}

/** Counts matches, one further than all are scored. */
export function manyStatement(compiled: CompiledCondition): Statement {
  const { from, where, params } = candidates(compiled, false);
  return {
    sql: `SELECT count(*) AS n FROM (SELECT 1 FROM ${from} WHERE ${where} LIMIT ${MOST_SCORED + 1})`,
    params,
  };
}

export function manyMatches(compiled: CompiledCondition, driver: Match): ManyMatches {
  const inSubject = `({subject} : (${driver.match})) AND (${driver.match})`;
  const others = `(${driver.match}) NOT (${inSubject})`;
  return {
    inSubject: { ...compiled, driver: { ...driver, match: inSubject } },
    others: { ...compiled, driver: { ...driver, match: others } },
  };
}

/** A page of one half; scores lie between `score` and 1 above it, and no two are equal. */
export function latestStatement(
  compiled: CompiledCondition,
  score: 0 | 1,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Statement {
  const { from, where, params, row } = candidates(compiled, true);
  return {
    sql: `SELECT doc.id, doc.date, ${score} + CAST(${row} AS REAL) / (SELECT max(row) + 1 FROM doc) AS score
      FROM ${from} WHERE ${where} ORDER BY ${row} DESC LIMIT ? OFFSET ?`,
    params: [...params, limit, offset],
  };
}
