import { candidates } from './candidates.ts';
import type { CompiledCondition, Driver } from './compile.ts';
import { allOf, fragment, type Statement, TRUE } from './fragment.ts';

/** Matches up to which each is scored by bm25, at 1 to 2 µs a match. */
export const MOST_SCORED = 4000;
/** Matches, the latest ones, whose subjects are looked at where there are more: what half of all messages hold is in few subjects. */
export const SUBJECTS_SEEN = 16_000;

type Match = Extract<Driver, { kind: 'match' }>;

/** A part of very many matches, the latest first; its scores lie between `score` and 1 above it. */
export interface Layer {
  readonly compiled: CompiledCondition;
  readonly score: 0 | 1;
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

/** The row of the earliest match whose subject is looked at; none: all are. */
export function earliestSeenStatement(compiled: CompiledCondition): Statement {
  const { from, where, params, row } = candidates(compiled, false);
  return {
    sql: `SELECT ${row} AS n FROM ${from} WHERE ${where} ORDER BY ${row} DESC LIMIT 1 OFFSET ${SUBJECTS_SEEN - 1}`,
    params,
  };
}

/** Of more matches than MOST_SCORED, from the row `seen` on those whose subject matches, then the others; then what lies before. */
export function layersOf(compiled: CompiledCondition, driver: Match, seen: number): readonly Layer[] {
  const inSubject = `({subject} : (${driver.match})) AND (${driver.match})`;
  const others = `(${driver.match}) NOT (${inSubject})`;
  const layer = (match: string, score: 0 | 1, bound: string): Layer => {
    const where = seen === 0 ? compiled.where : allOf([compiled.where, fragment(`ROW ${bound} ${seen}`)]);
    return { compiled: { ...compiled, driver: { ...driver, match }, where }, score };
  };
  const latest = [layer(inSubject, 1, '>='), layer(others, 0, '>=')];
  return seen === 0 ? latest : [...latest, layer(driver.match, 0, '<')];
}

/** A page of a layer; no two scores are equal. */
export function latestStatement(
  { compiled, score }: Layer,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Statement {
  const { from, where, params, row } = candidates(compiled, true);
  return {
    sql: `SELECT doc.id, doc.date, ${score} + CAST(${row} AS REAL) / (SELECT max(row) + 1 FROM doc) AS score
      FROM ${from} WHERE ${where} ORDER BY ${row} DESC LIMIT ? OFFSET ?`,
    params: [...params, limit, offset],
  };
}
