import type { Damage, DeclaredField, Document, StoredDocument } from '@hayrick/core/backend';
import type { Db } from './database.ts';
import { type PostingSums, readPostingSums, SUMMED, sumsOf } from './posting-sums.ts';

/** What looks after a generation as a whole. */
interface Inspection {
  stored(after: string | null, limit: number): readonly StoredDocument[];
  check(): readonly Damage[];
  compare(documents: readonly Document[]): readonly Damage[];
}

interface StoredRow {
  readonly id: Buffer;
  readonly date: number;
  readonly received: number;
  readonly size: number;
  readonly archives: string | null;
  readonly digest: number;
  /** 1: the tables that have a row for every document have one for this. */
  readonly whole: number;
}

/** Findings of one kind that are told. */
const MOST_TOLD = 100;
/** Full text tables that have a row for every document. */
const OF_ALL = ['words', 'aside', 'keywords'] as const;

export function prepareInspection(db: Db, fields: readonly DeclaredField[]): Inspection {
  const joins = OF_ALL.map((table) => `LEFT JOIN ${table}_docsize AS ${table} ON ${table}.id = d.row`);
  const whole = OF_ALL.map((table) => `${table}.id IS NOT NULL`).join(' AND ');
  const stored = db.prepare<[Buffer, number], StoredRow>(
    `SELECT d.id, d.date, d.received, d.size, s.archives, d.digest, ${whole} AS whole
     FROM doc d LEFT JOIN scope s ON s.key = d.scope ${joins.join(' ')} WHERE d.id > ? ORDER BY d.id LIMIT ?`,
  );
  const rowOf = db.prepare<[Buffer], number>('SELECT row FROM doc WHERE id = ?').pluck();
  let sums: PostingSums | null = null;

  return {
    stored: (after, limit) =>
      stored.all(after === null ? Buffer.alloc(0) : Buffer.from(after, 'hex'), limit).map((row) => {
        const { id, date, received, size, archives, digest } = row;
        return {
          id: id.toString('hex'),
          date,
          received,
          size,
          archives: archives === null ? [] : (JSON.parse(archives) as string[]),
          digest: row.whole === 1 ? digest : null,
        };
      }),
    check: () => [...integrity(db), ...strayRows(db), ...outOfOrder(db)],
    compare(documents) {
      sums ??= readPostingSums(db);
      const damages: Damage[] = [];
      for (const document of documents) {
        const row = rowOf.get(Buffer.from(document.id, 'hex'));
        if (row === undefined) continue;
        const wanted = sumsOf(document, fields);
        const wrong = SUMMED.filter((table) => (sums?.[table][row] ?? 0) !== wanted[table]);
        if (wrong.length === 0) continue;
        damages.push({ id: document.id, what: `other ${wrong.join(', ')} than those of the message` });
      }
      return damages;
    },
  };
}

/** SQLite's own check of every page and index; since 3.44 it has FTS5 check its tables too. */
function integrity(db: Db): Damage[] {
  const lines = db.prepare<[], string>(`PRAGMA integrity_check(${MOST_TOLD})`).pluck().all();
  return lines.filter((line) => line !== 'ok').map((what) => ({ id: null, what: `SQLite: ${what}` }));
}

/** Rows that belong to no document. */
function strayRows(db: Db): Damage[] {
  const tables = [
    ...['words', 'aside', 'patch', 'keywords'].map((table) => [table, `${table}_docsize`, 'id'] as const),
    ['late', 'late', 'row'] as const,
    ['number', 'number', 'row'] as const,
  ];
  return tables.flatMap(([table, holding, column]) => {
    const sql = `SELECT count(DISTINCT ${column}) FROM ${holding} WHERE ${column} NOT IN (SELECT row FROM doc)`;
    const rows = db.prepare<[], number>(sql).pluck().get() ?? 0;
    return rows === 0 ? [] : [{ id: null, what: `${table} has ${rows} rows that belong to no document` }];
  });
}

/** Rows rise with the date but for those that are known to be late. */
function outOfOrder(db: Db): Damage[] {
  const late = db
    .prepare<[], Buffer>(
      `SELECT d.id FROM late l JOIN doc d ON d.row = l.row WHERE l.date <> d.date OR l.id <> d.id LIMIT ${MOST_TOLD}`,
    )
    .pluck()
    .all();
  const order = db.prepare<[], { id: Buffer; date: number }>(
    'SELECT d.id, d.date FROM doc d LEFT JOIN late l ON l.row = d.row WHERE l.row IS NULL ORDER BY d.row',
  );
  const found = [...late];
  let before = Number.NEGATIVE_INFINITY;
  for (const { id, date } of order.iterate()) {
    if (date < before) found.push(id);
    else before = date;
    if (found.length >= MOST_TOLD) break;
  }
  return found.map((id) => ({
    id: null,
    what: `document ${id.toString('hex')} does not stand in date order`,
  }));
}
