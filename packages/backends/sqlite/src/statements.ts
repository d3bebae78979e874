import type { Condition } from '@hayrick/core/backend';
import { FIELDS } from '@hayrick/core/backend';
import type { CompiledCondition, Fragment, SqlValue } from './compile.ts';
import { WORD_COLUMNS } from './ddl.ts';
import { matchExpression, splitByTable } from './match-expression.ts';

export interface Statement {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** Rows that match, exactly counted. */
export function countStatement(compiled: CompiledCondition): Statement {
  if (compiled.nothing) return { sql: 'SELECT 0 AS n', params: [] };
  const { from, row, params, where } = candidates(compiled, false);
  return { sql: `SELECT count(*) AS n FROM ${from} WHERE ${atRow(where, row)}`, params };
}

/**
 * Rows in date order, newest or oldest first by row number, to be stepped through as far as needed. Without those in `late`.
 * Rows of one second come in either order of ids.
 */
export function inOrderStatement(
  compiled: CompiledCondition,
  options: { readonly newestFirst: boolean; readonly fromRow: number | null; readonly hasLate: boolean },
): Statement {
  const { from, row, params, where } = candidates(compiled, true);
  const parts = [where];
  if (options.hasLate) parts.push('ROW NOT IN (SELECT row FROM late)');
  if (options.fromRow !== null) parts.push(`ROW ${options.newestFirst ? '<=' : '>='} ${options.fromRow}`);
  return {
    sql: `SELECT doc.date, doc.id FROM ${from} WHERE ${atRow(parts.join(' AND '), row)} ORDER BY ${row} ${options.newestFirst ? 'DESC' : 'ASC'}`,
    params,
  };
}

/** Matching rows among those in `late`, in date order. */
export function lateStatement(
  compiled: CompiledCondition,
  options: { readonly newestFirst: boolean; readonly fromDate: number | null },
): Statement {
  const { from, row, params, where } = candidates(compiled, false);
  const after =
    options.fromDate === null
      ? ''
      : ` AND late.date ${options.newestFirst ? '<=' : '>='} ${options.fromDate}`;
  return {
    sql: `SELECT late.date, late.id FROM ${from} JOIN late ON late.row = ${row} WHERE ${atRow(where, row)}${after} ORDER BY late.date ${options.newestFirst ? 'DESC' : 'ASC'}`,
    params,
  };
}

/** Rows that match with their score by bm25 over the words of the condition; ties by id. */
export function relevanceStatement(
  compiled: CompiledCondition,
  condition: Condition,
  options: { readonly limit: number; readonly offset: number },
): Statement {
  const page = `ORDER BY score DESC, doc.id ASC LIMIT ${options.limit} OFFSET ${options.offset}`;
  if (compiled.driver?.table === 'words') {
    const { from, row, params, where } = candidates(compiled, true);
    return {
      sql: `SELECT doc.id, doc.date, ${SCORE} AS score FROM ${from} WHERE ${atRow(where, row)} ${page}`,
      params,
    };
  }
  const { from, row, params, where } = candidates(compiled, true);
  const words = positiveWords(condition);
  if (words === null) {
    return {
      sql: `SELECT doc.id, doc.date, 0.0 AS score FROM ${from} WHERE ${atRow(where, row)} ${page}`,
      params,
    };
  }
  return {
    sql: `SELECT doc.id, doc.date, coalesce(scored.score, 0.0) AS score FROM ${from}
      LEFT JOIN (SELECT rowid AS hit, ${SCORE} AS score FROM words WHERE words MATCH ?) scored ON scored.hit = ${row}
      WHERE ${atRow(where, row)} ${page}`,
    params: [words, ...params],
  };
}

const SCORE = `-bm25(words, ${WORD_COLUMNS.map(weightOf).join(', ')})`;

function weightOf(column: string): number {
  const field = Object.entries(FIELDS).find(([name]) => name === column)?.[1];
  return field !== undefined && 'weight' in field ? field.weight : 1;
}

function candidates(
  { driver, where }: CompiledCondition,
  doc: boolean,
): {
  readonly from: string;
  readonly row: string;
  readonly params: readonly SqlValue[];
  readonly where: string;
} {
  if (driver === null) return { from: 'doc', row: 'doc.row', params: where.params, where: where.sql };
  const row = `${driver.table}.rowid`;
  const join = doc || where.needsDoc ? ` JOIN doc ON doc.row = ${row}` : '';
  return {
    from: `${driver.table}${join}`,
    row,
    params: [driver.match, ...where.params],
    where: `${driver.table} MATCH ? AND ${where.sql}`,
  };
}

/** All phrases over `words` that are not negated, as one OR. */
function positiveWords(condition: Condition): string | null {
  const found: string[] = [];
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (next.kind === 'phrase') {
      for (const part of splitByTable(next)) {
        const match = matchExpression(part);
        if (match?.table === 'words') found.push(match.match);
      }
    }
  }
  return found.length === 0 ? null : found.join(' OR ');
}

function atRow(sql: Fragment['sql'], row: string): string {
  return sql.replaceAll(/\bROW\b/g, row);
}
