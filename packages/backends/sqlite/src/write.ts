// Hot: one insert a table and document. bench: rebuild.
import type { Change, DeclaredField, Document, WriteOutcome } from '@hayrick/core/backend';
import type { Db } from './database.ts';
import { asideColumns, PATCH_COLUMNS, quoteName, WORD_COLUMNS } from './ddl.ts';
import { keywordTokens } from './keyword-token.ts';

export interface DocumentWriter {
  /** Applies changes in order. In the caller's transaction. */
  apply(changes: Iterable<Change>): WriteOutcome;
}

/** A document whose row in `doc` is written; the full text tables have to follow. */
interface Pending {
  readonly row: number;
  readonly document: Document;
}

interface DocRow {
  readonly row: number;
  readonly date: number;
}

/** The newest row that stands in date order, and the highest row number of all. */
interface Top {
  row: number;
  date: number;
  id: string;
}

/**
 * Statements that write documents into one generation. `indexed`: the index on ids exists, so replacements are looked up by id.
 *
 * The full text tables are written one after the other for all of a batch: each fills a hash table in memory, and several that are
 * filled in turns push each other out of the processor's cache.
 */
export function prepareWriter(db: Db, fields: readonly DeclaredField[], indexed: boolean): DocumentWriter {
  const aside = asideColumns(fields);
  const insertDoc = db.prepare<(number | Buffer)[]>(
    'INSERT INTO doc(row, id, date, received, size, scope, digest) VALUES(?, ?, ?, ?, ?, ?, ?)',
  );
  const insertWords = prepareInsert(db, 'words', WORD_COLUMNS);
  const insertAside = prepareInsert(db, 'aside', aside);
  const insertPatch = prepareInsert(db, 'patch', PATCH_COLUMNS);
  const insertKeywords = db.prepare<[number, string]>('INSERT INTO keywords(rowid, value) VALUES(?, ?)');
  const insertNumber = db.prepare<[string, number, number]>('INSERT OR IGNORE INTO number VALUES(?, ?, ?)');
  const insertLate = db.prepare<[number, number, Buffer]>('INSERT INTO late(row, date, id) VALUES(?, ?, ?)');
  const findById = indexed ? db.prepare<[Buffer], DocRow>('SELECT row, date FROM doc WHERE id = ?') : null;
  const findByRow = db.prepare<[number], DocRow>('SELECT row, date FROM doc WHERE row = ?');
  const insertOwn = prepareOwn(db, fields);
  const removals = ['doc', 'late', 'own']
    .map((t) => `DELETE FROM ${t} WHERE row = ?`)
    .concat(['words', 'aside', 'patch', 'keywords'].map((t) => `DELETE FROM ${t} WHERE rowid = ?`));
  const remove = removals.map((sql) => db.prepare<[number]>(sql));
  const removeNumbers = fields.some((f) => f.kind === 'date' || f.kind === 'number')
    ? db.prepare<[number]>('DELETE FROM number WHERE row = ?')
    : null;
  const scopeOf = prepareScopes(db);
  const isLate = db.prepare<[number], { n: number }>('SELECT 1 AS n FROM late WHERE row = ?');
  let top = readTop(db);
  let pending: Pending[] = [];

  function removeRow(row: number): void {
    if (pending.some((p) => p.row === row)) flush();
    for (const statement of remove) statement.run(row);
    removeNumbers?.run(row);
  }

  function insertAt(row: number, document: Document, id: Buffer): void {
    const { date, received, size, archives, digest = 0 } = document;
    insertDoc.run(row, id, date, received, size, scopeOf(archives), digest);
    for (const [field, values] of Object.entries(document.numbers)) {
      for (const value of values) insertNumber.run(field, value, row);
    }
    insertOwn(row, document);
    pending.push({ row, document });
  }

  function flush(): void {
    for (const { row, document } of pending) insertWords(row, document.text);
    for (const { row, document } of pending) insertAside(row, document.text);
    for (const { row, document } of pending) {
      if (PATCH_COLUMNS.some((field) => document.text[field] !== undefined)) insertPatch(row, document.text);
    }
    for (const { row, document } of pending) insertKeywords.run(row, keywordsText(document.keywords));
    pending = [];
  }

  /** Answers whether the document was there before. */
  function put(document: Document, rank: number | null): boolean {
    const id = Buffer.from(document.id, 'hex');
    if (rank !== null) {
      const repeated = findByRow.get(rank) !== undefined;
      if (repeated) removeRow(rank);
      insertAt(rank, document, id);
      return repeated;
    }
    const known = findById?.get(id);
    if (known !== undefined) {
      const late = isLate.get(known.row) !== undefined;
      removeRow(known.row);
      if (known.date === document.date) {
        insertAt(known.row, document, id);
        if (late) insertLate.run(known.row, document.date, id);
        return true;
      }
    }
    top ??= { row: 0, date: Number.NEGATIVE_INFINITY, id: '' };
    top.row++;
    insertAt(top.row, document, id);
    if (document.date > top.date || (document.date === top.date && document.id > top.id)) {
      top.date = document.date;
      top.id = document.id;
    } else {
      insertLate.run(top.row, document.date, id);
    }
    return known !== undefined;
  }

  return {
    apply(changes) {
      const counts = { added: 0, updated: 0, removed: 0 };
      top = null;
      for (const change of changes) {
        if (change.kind === 'put') {
          if (change.rank === null) top ??= readTop(db);
          counts[put(change.document, change.rank) ? 'updated' : 'added']++;
        } else {
          const known = findById?.get(Buffer.from(change.id, 'hex'));
          if (known === undefined) continue;
          removeRow(known.row);
          counts.removed++;
        }
      }
      flush();
      return { ...counts, refused: [] };
    },
  };
}

function prepareInsert(db: Db, table: string, columns: readonly string[]) {
  const names = ['rowid', ...columns.map(quoteName)].join(', ');
  const marks = ['?', ...columns.map(() => '?')].join(', ');
  const statement = db.prepare<(number | string | null)[]>(`INSERT INTO ${table}(${names}) VALUES(${marks})`);
  const values: (number | string | null)[] = [];
  return (row: number, text: Readonly<Record<string, string>>): void => {
    values.length = 0;
    values.push(row);
    for (const column of columns) values.push(text[column] ?? null);
    statement.run(...values);
  };
}

/** Values of declared fields by the document, for orders and to be shown. */
function prepareOwn(db: Db, fields: readonly DeclaredField[]) {
  const insert = db.prepare<[number, string, string | null]>(
    'INSERT INTO own(row, sorted, kept) VALUES(?, ?, ?)',
  );
  const keywords = fields.filter(({ kind }) => kind === 'keyword').map(({ name }) => name);
  return (row: number, document: Document): void => {
    if (fields.length === 0) return;
    const ofKeywords = keywords.flatMap((name) => {
      const values = document.keywords[name] ?? [];
      return values.length === 0 ? [] : [[name, values] as const];
    });
    const sorted = { ...document.numbers, ...Object.fromEntries(ofKeywords) };
    const kept = document.kept === undefined ? null : JSON.stringify(document.kept);
    if (kept !== null || Object.keys(sorted).length > 0) insert.run(row, JSON.stringify(sorted), kept);
  };
}

function keywordsText(keywords: Readonly<Record<string, readonly string[]>>): string {
  let text = '';
  for (const field of Object.keys(keywords)) text += keywordTokens(field, keywords[field] ?? []);
  return text;
}

function prepareScopes(db: Db): (archives: readonly string[]) => number {
  const find = db.prepare<[string], { key: number }>('SELECT key FROM scope WHERE archives = ?');
  const add = db.prepare<[string]>('INSERT INTO scope(archives) VALUES(?)');
  const known = new Map<string, number>();
  return (archives) => {
    const text = JSON.stringify(archives);
    const seen = known.get(text);
    if (seen !== undefined) return seen;
    const key = find.get(text)?.key ?? Number(add.run(text).lastInsertRowid);
    known.set(text, key);
    return key;
  };
}

function readTop(db: Db): Top | null {
  const last = db.prepare<[], { row: number | null }>('SELECT max(row) AS row FROM doc').get();
  if (last === undefined || last.row === null) return null;
  const inOrder = db
    .prepare<[], { date: number; id: Buffer }>(
      'SELECT date, id FROM doc WHERE row NOT IN (SELECT row FROM late) ORDER BY row DESC LIMIT 1',
    )
    .get();
  return {
    row: last.row,
    date: inOrder?.date ?? Number.NEGATIVE_INFINITY,
    id: inOrder?.id.toString('hex') ?? '',
  };
}
