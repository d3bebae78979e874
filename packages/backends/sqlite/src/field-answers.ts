import {
  type Access,
  type FieldStats,
  HayrickError,
  type KeptValues,
  type OrderedPage,
  type OrderKey,
  type OrderPlace,
  type OrderRequest,
  type OrderValue,
} from '@hayrick/core/backend';
import { candidates } from './candidates.ts';
import type { CompiledCondition } from './compile.ts';
import type { Db } from './database.ts';
import type { SqlValue, Statement } from './fragment.ts';

/** Questions about fields. In a read transaction of the caller's. */
export interface FieldAnswers {
  ordered(compiled: CompiledCondition, request: OrderRequest): OrderedPage;
  stats(compiled: CompiledCondition, field: string): FieldStats;
  kept(ids: readonly string[], access: Access): readonly (KeptValues | null)[];
  raw(query: unknown, limit: number, access: Access): readonly string[];
}

interface OrderedRow {
  readonly id: Buffer;
  readonly date: number;
  readonly [key: `k${number}`]: OrderValue;
}

interface StatsRow {
  readonly count: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly sum: number | null;
}

const COLUMNS: readonly string[] = ['date', 'received', 'size'];

export function prepareFieldAnswers(db: Db): FieldAnswers {
  const keptOf = db.prepare<[Buffer], { archives: string; kept: string | null }>(
    `SELECT scope.archives, own.kept FROM doc JOIN scope ON scope.key = doc.scope LEFT JOIN own ON own.row = doc.row WHERE doc.id = ?`,
  );
  const matched = db.prepare<[string], { id: Buffer; archives: string }>(
    `SELECT doc.id, scope.archives FROM words CROSS JOIN doc ON doc.row = words.rowid JOIN scope ON scope.key = doc.scope WHERE words MATCH ?`,
  );
  return {
    ordered(compiled, request) {
      if (compiled.nothing) return { hits: [] };
      const { sql, params } = orderedStatement(compiled, request);
      const rows = db.prepare<SqlValue[], OrderedRow>(sql).all(...params);
      return {
        hits: rows.map((row) => ({
          id: row.id.toString('hex'),
          date: row.date,
          values: request.order.map((_, i) => row[`k${i}`] ?? null),
        })),
      };
    },
    stats(compiled, field) {
      if (compiled.nothing) return { count: 0, min: null, max: null, sum: 0 };
      const { sql, params } = statsStatement(compiled, field);
      const {
        count = 0,
        min = null,
        max = null,
        sum = 0,
      } = db.prepare<SqlValue[], StatsRow>(sql).get(...params) ?? {};
      return { count, min, max, sum: sum ?? 0 };
    },
    kept: (ids, { archives }) =>
      ids.map((id) => {
        const row = keptOf.get(Buffer.from(id, 'hex'));
        if (row === undefined || !isReadable(row.archives, archives)) return null;
        return row.kept === null ? {} : (JSON.parse(row.kept) as KeptValues);
      }),
    raw(query, limit, { archives }) {
      if (typeof query !== 'string') throw notUnderstood('it is no text');
      const ids: string[] = [];
      try {
        for (const row of matched.iterate(query)) {
          if (!isReadable(row.archives, archives)) continue;
          ids.push(row.id.toString('hex'));
          if (ids.length === limit) break;
        }
      } catch (error) {
        // Whatever else fails is told by a code of its own.
        if (error instanceof Error && 'code' in error && error.code === 'SQLITE_ERROR')
          throw notUnderstood(error.message);
        throw error;
      }
      return ids;
    },
  };
}

/** Of the documents that match; the page is cut from them by their values, whatever rows they are in. */
function orderedStatement(compiled: CompiledCondition, request: OrderRequest): Statement {
  const { order, limit, offset, after } = request;
  const { from, where, params } = candidates(compiled, true);
  const keys = order.map((key, i) => `${keyExpression(key)} AS k${i}`).join(', ');
  const behind = after === null ? { sql: '1', params: [] } : behindPlace(order, after);
  const by = order.map(({ descending }, i) => `k${i} IS NULL, k${i} ${descending ? 'DESC' : 'ASC'}`);
  return {
    sql: `WITH found AS MATERIALIZED (SELECT doc.id, doc.date, ${keys} FROM ${from} WHERE ${where})
      SELECT * FROM found WHERE ${behind.sql} ORDER BY ${by.join(', ')}, id LIMIT ? OFFSET ?`,
    params: [...params, ...behind.params, limit, offset],
  };
}

/** Names of declared fields are letters, digits, _ and -: they stand in SQL as they are. */
function keyExpression({ field, descending }: OrderKey): string {
  if (COLUMNS.includes(field)) return `doc.${field}`;
  const value = descending ? 'max(value)' : 'min(value)';
  return `(SELECT ${value} FROM own, json_each(own.sorted, '$."${field}"') WHERE own.row = doc.row)`;
}

/** What comes behind a place in an order where null is last. */
function behindPlace(
  order: readonly OrderKey[],
  { values, id }: OrderPlace,
): { sql: string; params: SqlValue[] } {
  const same: string[] = [];
  const sameParams: SqlValue[] = [];
  const ways: string[] = [];
  const params: SqlValue[] = [];
  for (const [i, { descending }] of order.entries()) {
    const value = values[i] ?? null;
    if (value === null) {
      same.push(`k${i} IS NULL`);
      continue;
    }
    ways.push([...same, `(k${i} ${descending ? '<' : '>'} ? OR k${i} IS NULL)`].join(' AND '));
    params.push(...sameParams, value);
    same.push(`k${i} = ?`);
    sameParams.push(value);
  }
  ways.push([...same, `id > unhex(?)`].join(' AND '));
  return { sql: `(${ways.map((way) => `(${way})`).join(' OR ')})`, params: [...params, ...sameParams, id] };
}

function statsStatement(compiled: CompiledCondition, field: string): Statement {
  if (COLUMNS.includes(field)) {
    const { from, where, params } = candidates(compiled, true);
    return { sql: `SELECT ${statsOf(`doc.${field}`)} FROM ${from} WHERE ${where}`, params };
  }
  const { from, row, where, params } = candidates(compiled, false);
  const rows = `SELECT ${row} FROM ${from} WHERE ${where}`;
  return {
    sql: `SELECT ${statsOf('value')} FROM number WHERE field = ? AND row IN (${rows})`,
    params: [field, ...params],
  };
}

function statsOf(value: string): string {
  return `count(*) AS count, min(${value}) AS min, max(${value}) AS max, sum(${value}) AS sum`;
}

function isReadable(held: string, archives: readonly string[]): boolean {
  return (JSON.parse(held) as string[]).some((archive) => archives.includes(archive));
}

function notUnderstood(why: string): HayrickError {
  return new HayrickError('QUERY_INVALID', `FTS5 does not understand the raw query: ${why}.`);
}
