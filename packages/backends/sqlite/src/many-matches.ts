import { candidates } from './candidates.ts';
import type { CompiledCondition, Driver } from './compile.ts';
import { fragment, type Statement, TRUE } from './fragment.ts';

/** Matches up to which each is scored by bm25, at 1 to 2 µs a match. */
export const MOST_SCORED = 4000;

type Match = Extract<Driver, { kind: 'match' }>;

/** Of more matches than MOST_SCORED those whose subject matches, and behind them the others; each the latest first. */
export interface ManyMatches {
  readonly inSubject: CompiledCondition;
  readonly others: CompiledCondition;
}

/** The share of the rows, the latest ones, by which it is guessed whether very many match. */
const SAMPLED = 1 / 16;

/**
 * Counts matches among the latest rows, for a guess: fewer than `isFew` says are likely to be few in all. Null where matches are found quickly:
 * those of phrases and of words near each other take about as long to find as to score.
 */
export function sampleStatement(
  compiled: CompiledCondition,
  { match }: Match,
  last: number,
): Statement | null {
  const quoted = match.split('"').filter((_, i) => i % 2 === 1);
  if (!match.includes('NEAR(') && !quoted.some((words) => words.includes(' '))) return null;
  const { from, where, params, row } = candidates(compiled, false);
  const first = Math.floor(last * (1 - SAMPLED));
  return { sql: `SELECT count(*) AS n FROM ${from} WHERE ${where} AND ${row} > ${first}`, params };
}

export function isFew(sampled: number): boolean {
  return sampled < (MOST_SCORED * SAMPLED) / 2;
}

/** The rows that match, one more at most than all are scored. */
export function firstRowsStatement(compiled: CompiledCondition): Statement {
  const { from, where, params, row } = candidates(compiled, false);
  return { sql: `SELECT ${row} FROM ${from} WHERE ${where} LIMIT ${MOST_SCORED + 1}`, params };
}

/** The same condition when it is known which rows match: what was worked out for its filters is not worked out again. */
export function atRows(compiled: CompiledCondition, rows: readonly number[]): CompiledCondition {
  if (compiled.where.sql === TRUE.sql) return compiled;
  const [first = 0, last = 0] = [rows[0], rows.at(-1)];
  const where = fragment(
    `ROW BETWEEN ${Math.min(first, last)} AND ${Math.max(first, last)} AND +ROW IN (SELECT value FROM json_each(?))`,
    [JSON.stringify(rows)],
  );
  return { ...compiled, where };
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
