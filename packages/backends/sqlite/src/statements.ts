import type { Condition } from '@hayrick/core/backend';
import { FIELDS } from '@hayrick/core/backend';
import { candidates } from './candidates.ts';
import type { CompiledCondition } from './compile.ts';
import { WORD_COLUMNS } from './ddl.ts';
import type { Statement } from './fragment.ts';
import { matchExpression, splitByTable } from './match-expression.ts';

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

/** Matching rows with their score by bm25 over the words of the condition; ties by id. */
export function relevanceStatement(
  compiled: CompiledCondition,
  condition: Condition,
  { limit, offset }: { readonly limit: number; readonly offset: number },
): Statement {
  const { from, row, where, params } = candidates(compiled, true);
  const page = 'ORDER BY score DESC, doc.id ASC LIMIT ? OFFSET ?';
  if (compiled.driver.kind === 'match' && compiled.driver.table === 'words') {
    return {
      sql: `SELECT doc.id, doc.date, ${SCORE} AS score FROM ${from} WHERE ${where} ${page}`,
      params: [...params, limit, offset],
    };
  }
  const words = positiveWords(condition);
  if (words === null) {
    return {
      sql: `SELECT doc.id, doc.date, 0.0 AS score FROM ${from} WHERE ${where} ${page}`,
      params: [...params, limit, offset],
    };
  }
  // Scores by themselves first: joined to, FTS5 would be asked anew for every row.
  return {
    sql: `WITH scored(hit, score) AS MATERIALIZED (SELECT rowid, ${SCORE} FROM words WHERE words MATCH ?)
      SELECT doc.id, doc.date, coalesce(scored.score, 0.0) AS score FROM ${from}
      LEFT JOIN scored ON scored.hit = ${row} WHERE ${where} ${page}`,
    params: [words, ...params, limit, offset],
  };
}

const SCORE = `-bm25(words, ${WORD_COLUMNS.map(weightOf).join(', ')})`;

function weightOf(column: string): number {
  const field = Object.entries(FIELDS).find(([name]) => name === column)?.[1];
  return field !== undefined && 'weight' in field ? field.weight : 1;
}

/** All phrases and words near each other over `words` that are not negated, as one OR. */
function positiveWords(condition: Condition): string | null {
  const found: string[] = [];
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const words = next.kind === 'or' ? matchExpression(next) : null;
    if (words?.table === 'words' && next.kind === 'or' && next.of.every(isWord)) found.push(words.match);
    else if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (isWord(next)) {
      for (const part of splitByTable(next)) {
        const match = matchExpression(part);
        if (match?.table === 'words') found.push(match.match);
      }
    }
  }
  return found.length === 0 ? null : found.join(' OR ');
}

function isWord(condition: Condition): condition is Extract<Condition, { kind: 'phrase' | 'near' }> {
  return condition.kind === 'phrase' || condition.kind === 'near';
}
