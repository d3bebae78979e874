// Hot: once a posting of a whole index. bench: verify.
import { crc32 } from 'node:zlib';
import type { DeclaredField, Document } from '@hayrick/core/backend';
import type { Db } from './database.ts';
import { asideColumns, PATCH_COLUMNS, WORD_COLUMNS } from './ddl.ts';
import { keywordTokens } from './keyword-token.ts';

/** The tables whose contents are summed up by document. */
export const SUMMED = ['words', 'aside', 'patch', 'keywords', 'number'] as const;
type Summed = (typeof SUMMED)[number];

/** By table, and in it by row of the document. */
export type PostingSums = Readonly<Record<Summed, Uint32Array>>;

/** Tokens whose checksum is remembered. */
const TOKENS_KEPT = 100_000;

/**
 * What an inverted index holds of each document, in 4 bytes a table and document: a sum over its postings of a hash of term, column and place.
 * A sum can be made in the order of terms, which is that of the index, and compared with one that is made of the document's own words.
 */
export function readPostingSums(db: Db): PostingSums {
  const rows = (db.prepare<[], number | null>('SELECT max(row) FROM doc').pluck().get() ?? 0) + 1;
  const [words, aside, patch, keywords, number] = [rows, rows, rows, rows, rows].map(
    (length) => new Uint32Array(length),
  );
  const none = new Uint32Array(0);
  const sums = {
    words: words ?? none,
    aside: aside ?? none,
    patch: patch ?? none,
    keywords: keywords ?? none,
    number: number ?? none,
  };
  for (const table of ['words', 'aside', 'patch', 'keywords'] as const) sumTable(db, table, sums[table]);
  const numbers = db.prepare<[], { field: string; value: number; row: number }>(
    'SELECT field, value, row FROM number',
  );
  for (const { field, value, row } of numbers.iterate()) add(sums.number, row, hashOfNumber(field, value));
  return sums;
}

/** The same of one document as it should be. */
export function sumsOf(
  { text, keywords, numbers }: Document,
  fields: readonly DeclaredField[],
): Readonly<Record<Summed, number>> {
  const sums = { words: 0, aside: 0, patch: 0, keywords: 0, number: 0 };
  const checksumOf = rememberedChecksums();
  const column = (table: 'words' | 'aside' | 'patch', columns: readonly string[]) => {
    for (const name of columns) {
      const tokens = text[name];
      if (tokens === undefined || tokens === '') continue;
      const seed = crc32(name);
      for (const [at, token] of tokens.split(' ').entries()) {
        sums[table] = (sums[table] + mix(mix(checksumOf(token), seed), at)) >>> 0;
      }
    }
  };
  column('words', WORD_COLUMNS);
  column('aside', asideColumns(fields));
  column('patch', PATCH_COLUMNS);
  const tokens = new Set<string>();
  for (const field of Object.keys(keywords)) {
    for (const token of keywordTokens(field, keywords[field] ?? []).split(' ')) tokens.add(token);
  }
  tokens.delete('');
  for (const token of tokens) sums.keywords = (sums.keywords + mix(mix(crc32(token), 0), 0)) >>> 0;
  for (const [field, values] of Object.entries(numbers)) {
    for (const value of new Set(values)) sums.number = (sums.number + hashOfNumber(field, value)) >>> 0;
  }
  return sums;
}

type Instance = readonly [term: string, row: number, column: string | null, at: number | null];

function sumTable(db: Db, table: string, sums: Uint32Array): void {
  // In memory, whatever the database may be written: fts5vocab, sqlite.org/fts5.html, section 7.
  db.exec(
    `CREATE VIRTUAL TABLE IF NOT EXISTS temp.${table}_postings USING fts5vocab('main', '${table}', 'instance')`,
  );
  const all = db.prepare<[], Instance>(`SELECT term, doc, col, "offset" FROM temp.${table}_postings`).raw();
  const seeds = new Map<string | null, number>([[null, 0]]);
  let last = '';
  let checksum = crc32(last);
  for (const [term, row, column, at] of all.iterate()) {
    if (term !== last) {
      last = term;
      checksum = crc32(term);
    }
    let seed = seeds.get(column);
    if (seed === undefined) {
      seed = crc32(column ?? '');
      seeds.set(column, seed);
    }
    add(sums, row, mix(mix(checksum, seed), at ?? 0));
  }
}

function add(sums: Uint32Array, row: number, hash: number): void {
  sums[row] = ((sums[row] ?? 0) + hash) >>> 0;
}

function hashOfNumber(field: string, value: number): number {
  return mix(mix(crc32(field), 1), crc32(String(value)));
}

/** The finalizer of MurmurHash3 over two numbers. */
function mix(one: number, other: number): number {
  let hash = Math.imul(one ^ Math.imul(other + 1, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function rememberedChecksums(): (token: string) => number {
  const known = new Map<string, number>();
  return (token) => {
    const found = known.get(token);
    if (found !== undefined) return found;
    const checksum = crc32(token);
    if (known.size < TOKENS_KEPT) known.set(token, checksum);
    return checksum;
  };
}
