import { type Condition, type DeclaredField, FIELDS, type Scoring } from '@hayrick/core/backend';
import { candidates } from './candidates.ts';
import type { CompiledCondition } from './compile.ts';
import { asideColumns, PATCH_COLUMNS, WORD_COLUMNS } from './ddl.ts';
import type { SqlValue, Statement } from './fragment.ts';
import { matchExpression, splitByTable, TEXT_TABLES, type TextTable } from './match-expression.ts';

/** What of scores is not by the condition alone. */
export interface Tuning {
  readonly scoring: Scoring | undefined;
  readonly declared: readonly DeclaredField[];
  /** Rows whose score is multiplied. */
  readonly boosts: readonly { readonly rows: Statement; readonly factor: number }[];
}

/**
 * Matching rows with their score by bm25 over the words of the condition; ties by id.
 * @param condition what scores are made of; `compiled` may ask for more
 */
export function relevanceStatement(
  compiled: CompiledCondition,
  condition: Condition,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  tuning: Tuning,
): Statement {
  const { from, row, where, params } = candidates(compiled, true);
  const page = 'ORDER BY score DESC, doc.id ASC LIMIT ? OFFSET ?';
  const factors = tuning.boosts
    .map(({ rows, factor }) => ` * iif(${row} IN (${rows.sql}), ${factor}, 1)`)
    .join('');
  const factorParams = tuning.boosts.flatMap(({ rows }) => rows.params);
  const rest = [...factorParams, ...params, limit, offset];
  const select = (score: string): string =>
    `SELECT doc.id, doc.date, ${score}${factors} AS score FROM ${from}`;
  const scored = scoredWords(condition);
  if (scored.length === 0) return { sql: `${select('0.0')} WHERE ${where} ${page}`, params: rest };
  if (isScoredByDriver(compiled, condition) && (tuning.scoring?.narrow ?? null) === null)
    return { sql: `${select(scoreIn('words', tuning))} WHERE ${where} ${page}`, params: rest };
  const each = scored.map(
    ({ table }) => `SELECT rowid, ${scoreIn(table, tuning)} FROM ${table} WHERE ${table} MATCH ?`,
  );
  // Scores by themselves first: joined to, FTS5 would be asked anew for every row, and it cannot score what is grouped.
  const scores =
    each.length === 1
      ? `WITH scored(hit, score) AS MATERIALIZED (${each.join('')})`
      : `WITH part(hit, score) AS MATERIALIZED (${each.join(' UNION ALL ')}),
      scored(hit, score) AS MATERIALIZED (SELECT hit, sum(score) FROM part GROUP BY hit)`;
  return {
    sql: `${scores}
      ${select('coalesce(scored.score, 0.0)')} LEFT JOIN scored ON scored.hit = ${row} WHERE ${where} ${page}`,
    params: [...scored.map(({ match }): SqlValue => match), ...rest],
  };
}

/** Whether the words that scores are made of all lie in the table that gives the candidates. */
export function isScoredByDriver({ driver }: CompiledCondition, condition: Condition): boolean {
  const scored = scoredWords(condition);
  return (
    driver.kind === 'match' && driver.table === 'words' && scored.length === 1 && scored[0]?.table === 'words'
  );
}

/**
 * The same where the driver scores, of so many matches at most, with `n` for how many these are: one more than `most` means that there are
 * more.
 */
export function scoredAtMost(
  compiled: CompiledCondition,
  { limit, offset }: { readonly limit: number; readonly offset: number },
  tuning: Tuning,
  most: number,
): Statement {
  const { from, row, where, params } = candidates(compiled, false);
  const score = scoreIn('words', tuning);
  return {
    sql: `WITH scored(hit, score) AS MATERIALIZED (SELECT ${row}, ${score} FROM ${from} WHERE ${where} LIMIT ${most + 1})
      SELECT doc.id, doc.date, scored.score, (SELECT count(*) FROM scored) AS n
      FROM scored CROSS JOIN doc ON doc.row = scored.hit ORDER BY score DESC, doc.id ASC LIMIT ? OFFSET ?`,
    params: [...params, limit, offset],
  };
}

function scoreIn(table: TextTable, { scoring, declared }: Tuning): string {
  const columns =
    table === 'words' ? WORD_COLUMNS : table === 'patch' ? PATCH_COLUMNS : asideColumns(declared);
  const weights = columns.map((column) => weightOf(column, declared) * (scoring?.weights[column] ?? 1));
  return `-bm25(${[table, ...weights].join(', ')})`;
}

/** By core's field table, or as the settings say. */
function weightOf(column: string, declared: readonly DeclaredField[]): number {
  const field = Object.entries(FIELDS).find(([name]) => name === column)?.[1];
  if (field !== undefined && 'weight' in field) return field.weight;
  return declared.find(({ name }) => name === column)?.weight ?? 1;
}

function scoredWords(condition: Condition): readonly { readonly table: TextTable; readonly match: string }[] {
  return TEXT_TABLES.flatMap((table) => {
    const match = positiveWords(condition, table);
    return match === null ? [] : [{ table, match }];
  });
}

/** All phrases and words near each other over a table that are not negated, as one OR. */
function positiveWords(condition: Condition, table: TextTable): string | null {
  const found: string[] = [];
  const open: Condition[] = [condition];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const words = next.kind === 'or' ? matchExpression(next) : null;
    if (words?.table === table && next.kind === 'or' && next.of.every(isWord)) found.push(words.match);
    else if (next.kind === 'and' || next.kind === 'or') open.push(...next.of);
    else if (isWord(next)) {
      for (const part of splitByTable(next)) {
        const match = matchExpression(part);
        if (match?.table === table) found.push(match.match);
      }
    }
  }
  return found.length === 0 ? null : found.join(' OR ');
}

function isWord(condition: Condition): condition is Extract<Condition, { kind: 'phrase' | 'near' }> {
  return condition.kind === 'phrase' || condition.kind === 'near';
}
