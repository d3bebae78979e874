import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../database.ts';
import { COLUMN_AT, openPositions } from './position-lists.ts';
import { openSegments } from './segments.ts';
import { tokensAt } from './terms.ts';

/** In columns a and b; null takes the row away. */
type Write = readonly [row: number, text: readonly [string, string] | null];

const TOKENS = ['the', '¶', 'журнал', 'ж', 'c'.repeat(40), 'x'.repeat(200), '𐐨𐐲'];
const word = fc.oneof(
  fc.constantFrom(...TOKENS),
  fc.nat(300).map((n) => `b${n}`),
);
const text = fc.array(word, { maxLength: 60 }).map((words) => words.join(' '));
const row = fc.oneof(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 2 ** 33 }));
const write: fc.Arbitrary<Write> = fc.tuple(row, fc.option(fc.tuple(text, text), { freq: 5, nil: null }));
/** Batches, each a segment of its own until it is merged; after one of them all are. */
const history = fc.record({
  batches: fc.array(fc.array(write, { maxLength: 25 }), { maxLength: 12 }),
  merged: fc.nat(20),
});

let db: Db;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => db.close());

/** With pages so small that documents go on over several and terms have many. */
function makeTable(pageSize: number): void {
  db.exec(`DROP TABLE IF EXISTS words; DROP TABLE IF EXISTS told;
    CREATE VIRTUAL TABLE words USING fts5(a, b, content='', contentless_delete=1, tokenize='ascii');
    CREATE VIRTUAL TABLE told USING fts5vocab(words, instance);
    INSERT INTO words(words, rank) VALUES('pgsz', ${pageSize}), ('automerge', 3);`);
}

function apply(batch: readonly Write[]): void {
  const remove = db.prepare<[number]>('DELETE FROM words WHERE rowid = ?');
  const insert = db.prepare<[number, string, string]>('INSERT INTO words(rowid, a, b) VALUES(?, ?, ?)');
  db.transaction(() => {
    for (const [at, texts] of batch) {
      remove.run(at);
      if (texts !== null) insert.run(at, ...texts);
    }
  })();
}

interface Told {
  readonly doc: number;
  readonly col: string;
  readonly offset: number;
}

/** By SQLite itself, which reads all that there is. */
function told(token: string): ReadonlyMap<number, readonly number[]> {
  const all = db
    .prepare<[string], Told>('SELECT doc, col, offset FROM told WHERE term = ? ORDER BY doc, col, offset')
    .all(token);
  const rows = Map.groupBy(all, ({ doc }) => doc);
  const places = ({ col, offset }: Told): number => (col === 'a' ? 0 : COLUMN_AT) + offset;
  return new Map([...rows].map(([doc, ones]) => [doc, ones.map(places)]));
}

describe.each([64, 300, 4050])('an index in pages of %i bytes', (pageSize) => {
  it('tells the positions and the terms that SQLite tells, whatever was written, taken away and merged', () => {
    fc.assert(
      fc.property(history, fc.array(row, { maxLength: 10 }), ({ batches, merged }, others) => {
        makeTable(pageSize);
        for (const [i, batch] of batches.entries()) {
          apply(batch);
          if (i === merged) db.exec("INSERT INTO words(words) VALUES('optimize')");
        }
        const segments = openSegments(db, 'words');
        const rows = db.prepare<[], number>('SELECT rowid FROM words').pluck().all();
        const asked = [...new Set([...rows, ...others])].sort((a, b) => a - b);
        for (const token of [...TOKENS, 'b7', 'nowhere']) {
          const wanted = told(token);
          for (const step of [1, 2, 5]) {
            const lists = openPositions(segments, token);
            for (const at of asked.filter((_, i) => i % step === 0))
              expect(lists.at(at), `${token} in ${at}`).toEqual(wanted.get(at) ?? []);
          }
        }
        const terms = db.prepare<[], string>('SELECT DISTINCT term FROM told').pluck().all();
        for (const prefix of ['', 'b', 'b1', 'ж', '𐐨', 'xxx', 'zzz']) {
          const found = [...tokensAt(segments, prefix, [0, 1000])];
          expect(found.every((token) => token.startsWith(prefix))).toBe(true);
          // Those of deleted documents stay until they are merged away.
          const missing = terms.filter((term) => term.startsWith(prefix) && !found.includes(term));
          expect(missing, prefix).toEqual([]);
          if (merged === batches.length - 1) expect(new Set(found).size).toBe(countOf(terms, prefix));
        }
      }),
      { numRuns: 40 },
    );
  });
});

function countOf(terms: readonly string[], prefix: string): number {
  return terms.filter((term) => term.startsWith(prefix)).length;
}

it('finds its way in a list of very many documents, of which few are asked for', () => {
  makeTable(256);
  apply(Array.from({ length: 20_000 }, (_, i) => [2 * i + 1, [`the b${i % 7}`, 'x the']]));
  db.exec("INSERT INTO words(words) VALUES('optimize')");
  const lists = openPositions(openSegments(db, 'words'), 'the');
  const found = [1, 2, 3, 19_999, 20_000, 20_001, 39_999, 40_001].map((at) => lists.at(at));
  const both = [0, COLUMN_AT + 1];
  expect(found).toEqual([both, [], both, both, [], both, both, []]);
});

it('takes tokens of the lengths asked for only', () => {
  makeTable(4050);
  apply([[1, ['jo jou jour journ жу', '']]]);
  const segments = openSegments(db, 'words');
  expect([...tokensAt(segments, 'j', [3, 4])]).toEqual(['jou', 'jour']);
  expect([...tokensAt(segments, 'ж', [4, 4])]).toEqual(['жу']);
});

it('refuses a format that it does not know', () => {
  makeTable(4050);
  db.unsafeMode(true);
  db.exec("UPDATE words_config SET v = 99 WHERE k = 'version'");
  expect(() => openSegments(db, 'words').list()).toThrow(expect.objectContaining({ code: 'INDEX_TOO_NEW' }));
});
