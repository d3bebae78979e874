import Database from 'better-sqlite3';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Db } from '../database.ts';
import { rowSet } from '../row-set.ts';
import { countDocuments } from './document-counts.ts';
import { openSegments } from './segments.ts';

/** Null takes the row away. */
type Write = readonly [row: number, tokens: readonly string[] | null];

const token = fc.oneof(
  fc.constantFrom('f:a', 'f:ж', `f:${'x'.repeat(200)}`, 'e:a', 'g:a', 'f'),
  fc.nat(200).map((n) => `f:${n}`),
);
const row = fc.integer({ min: 1, max: 90 });
const write: fc.Arbitrary<Write> = fc.tuple(
  row,
  fc.option(fc.array(token, { maxLength: 9 }), { freq: 5, nil: null }),
);
const history = fc.record({
  batches: fc.array(fc.array(write, { maxLength: 40 }), { maxLength: 12 }),
  merged: fc.nat(20),
  asked: fc.uniqueArray(row, { maxLength: 90 }),
});

let db: Db;
beforeEach(() => {
  db = new Database(':memory:');
});
afterEach(() => db.close());

/** As the backend has it, with pages so small that lists go on over several and terms have many. */
function makeTable(pageSize: number): void {
  db.exec(`DROP TABLE IF EXISTS keywords; DROP TABLE IF EXISTS told;
    CREATE VIRTUAL TABLE keywords USING fts5(value, content='', contentless_delete=1, detail=none, tokenize="ascii tokenchars ':'");
    CREATE VIRTUAL TABLE told USING fts5vocab(keywords, instance);
    INSERT INTO keywords(keywords, rank) VALUES('pgsz', ${pageSize}), ('automerge', 3);`);
}

function apply(batch: readonly Write[]): void {
  const remove = db.prepare<[number]>('DELETE FROM keywords WHERE rowid = ?');
  const insert = db.prepare<[number, string]>('INSERT INTO keywords(rowid, value) VALUES(?, ?)');
  db.transaction(() => {
    for (const [at, tokens] of batch) {
      remove.run(at);
      if (tokens !== null) insert.run(at, tokens.join(' '));
    }
  })();
}

/** By SQLite itself. */
function told(rows: readonly number[]): ReadonlyMap<string, number> {
  const all = db.prepare<[], { term: string; doc: number }>('SELECT DISTINCT term, doc FROM told').all();
  const found = all.filter(({ term, doc }) => term.startsWith('f:') && rows.includes(doc));
  return new Map([...Map.groupBy(found, ({ term }) => term)].map(([term, { length }]) => [term, length]));
}

function counted(rows: readonly number[], test: (token: Uint8Array) => boolean = () => true) {
  return countDocuments(openSegments(db, 'keywords'), 'f:', rowSet(rows, 100_000), test);
}

describe.each([64, 300, 4050])('an index in pages of %i bytes', (pageSize) => {
  it('counts what SQLite counts, whatever was written, taken away and merged', () => {
    fc.assert(
      fc.property(history, ({ batches, merged, asked }) => {
        makeTable(pageSize);
        for (const [i, batch] of batches.entries()) {
          apply(batch);
          if (i === merged) db.exec("INSERT INTO keywords(keywords) VALUES('optimize')");
        }
        expect(counted(asked)).toEqual(told(asked));
      }),
      { numRuns: 60 },
    );
  });
});

it('counts long lists, which go on over many pages, and only those that are wanted', () => {
  makeTable(256);
  apply(Array.from({ length: 20_000 }, (_, i) => [2 * i + 1, ['f:all', `f:${i % 3}`, 'a:all']]));
  db.exec("INSERT INTO keywords(keywords) VALUES('optimize')");
  const rows = Array.from({ length: 10_000 }, (_, i) => i + 1);
  expect([...counted(rows)]).toEqual([
    ['f:0', 1667],
    ['f:1', 1667],
    ['f:2', 1666],
    ['f:all', 5000],
  ]);
  expect([...counted(rows, (bytes) => bytes.length === 5)]).toEqual([['f:all', 5000]]);
});
