import type { Change, Document } from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Db } from './database.ts';
import { INDEX_INDEXES, indexDdl } from './ddl.ts';
import { prepareSearcher } from './search.ts';
import { prepareWriter } from './write.ts';

const FIELDS = [{ name: 'lines', header: 'Lines', kind: 'number' }] as const;
const EVERYONE = { archives: ['list'] };

let db: Db;
beforeEach(() => {
  db = newIndex();
  return () => void db.close();
});

function newIndex(): Db {
  const made = new Database(':memory:');
  made.exec(indexDdl(FIELDS));
  made.exec(INDEX_INDEXES);
  return made;
}

/** @param name two hex digits, filled up to an id */
function document(name: string, date: number, word = 'journal', lines = 1): Document {
  return {
    id: name.padEnd(32, '0'),
    archives: ['list'],
    date,
    received: date + 1,
    size: 10,
    text: { own: word },
    keywords: { from: [`${name}@x.example`] },
    numbers: { lines: [lines] },
  };
}

const put = (name: string, date: number, word?: string, lines?: number): Change => ({
  kind: 'put',
  seq: 1,
  document: document(name, date, word, lines),
  rank: null,
});
const remove = (name: string): Change => ({ kind: 'remove', seq: 1, id: name.padEnd(32, '0') });

/** Each batch by a writer of its own, as in the thread. */
function write(...batches: Change[][]) {
  return batches.map((batch) => prepareWriter(db, FIELDS, true).apply(batch));
}

function late(): string[] {
  const rows = db
    .prepare<[], { id: Buffer; date: number }>('SELECT id, date FROM late ORDER BY date, id')
    .all();
  return rows.map(({ id, date }) => `${id.toString('hex').slice(0, 2)} ${date}`);
}

function paged(sort: 'newest' | 'oldest', of = db): string[] {
  const request = { condition: { kind: 'all' }, sort, limit: 100, offset: 0, after: null } as const;
  return prepareSearcher(of, [])
    .search(request, EVERYONE)
    .hits.map(({ id, date }) => `${id.slice(0, 2)} ${date}`);
}

it('documents without patches have no row in the table of patches, and lose theirs with them', () => {
  const rows = () => db.prepare<[], number>('SELECT count(*) FROM patch_docsize').pluck().get();
  const patched: Change = {
    kind: 'put',
    seq: 1,
    document: { ...document('b1', 2), text: { own: 'journal', dfb: 'sickl' } },
    rank: null,
  };
  write([put('a1', 1), patched]);
  expect(rows()).toBe(1);
  write([put('b1', 2)]);
  expect(rows()).toBe(0);
  write([patched], [remove('b1')]);
  expect(rows()).toBe(0);
});

describe('the late set', () => {
  it('is empty as long as mail comes in the order of dates and ids', () => {
    write([put('a1', 1), put('a2', 1)], [put('b1', 2)], [put('b2', 2)]);
    expect(late()).toEqual([]);
    expect(paged('oldest')).toEqual(['a1 1', 'a2 1', 'b1 2', 'b2 2']);
  });

  it('takes what is older than the last in order, of one second too', () => {
    write([put('c1', 5)], [put('b1', 4), put('b2', 5), put('d1', 5), put('a1', 6)]);
    expect(late()).toEqual(['b1 4', 'b2 5']);
    expect(paged('newest')).toEqual(['a1 6', 'b2 5', 'c1 5', 'd1 5', 'b1 4']);
  });

  it('a document that is put again with its date stays where it is', () => {
    write([put('a1', 1), put('c1', 3), put('b1', 2)], [put('a1', 1, 'other'), put('b1', 2, 'other')]);
    expect(late()).toEqual(['b1 2']);
    expect(paged('oldest')).toEqual(['a1 1', 'b1 2', 'c1 3']);
  });

  it('a document of another date moves in or out', () => {
    write([put('a1', 1), put('b1', 2), put('c1', 3)], [put('c1', 1)]);
    expect(late()).toEqual(['c1 1']);
    write([put('c1', 9)]);
    expect(late()).toEqual([]);
    expect(paged('oldest')).toEqual(['a1 1', 'b1 2', 'c1 9']);
  });

  it('what is removed leaves it; the last in order is then the one before', () => {
    write([put('a1', 1), put('z1', 9), put('b1', 2)], [remove('z1'), remove('b1')], [put('c1', 3)]);
    expect(late()).toEqual([]);
    expect(paged('oldest')).toEqual(['a1 1', 'c1 3']);
  });

  it('a row that is free again holds nothing of what stood there', () => {
    write([put('a1', 1), put('b1', 2, 'ring', 7)], [remove('b1')], [put('c1', 2, 'buffer', 8)]);
    const count = (match: string) =>
      prepareSearcher(db, []).count(
        { kind: 'phrase', fields: ['own'], items: [{ kind: 'token', token: match }] },
        EVERYONE,
      );
    expect([count('ring'), count('buffer'), count('journal')]).toEqual([0, 1, 1]);
    const lines = (value: number) =>
      prepareSearcher(db, []).count({ kind: 'range', field: 'lines', from: value, to: value }, EVERYONE);
    expect([lines(7), lines(8)]).toEqual([0, 1]);
  });

  it('arrivals in any order, in any batches, page like a fresh build', () => {
    const change = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.tuple(
          fc.constant('put'),
          fc.integer({ min: 0, max: 15 }),
          fc.integer({ min: 0, max: 6 }),
        ),
      },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constant('remove'), fc.integer({ min: 0, max: 15 }), fc.constant(0)),
      },
    );
    fc.assert(
      fc.property(fc.array(fc.array(change, { maxLength: 6 }), { maxLength: 8 }), (batches) => {
        db.close();
        db = newIndex();
        const left = new Map<string, number>();
        for (const batch of batches) {
          write(
            batch.map(([kind, number, date]) => {
              const name = `${number.toString(16)}f`;
              if (kind === 'put') left.set(name, date);
              else left.delete(name);
              return kind === 'put' ? put(name, date) : remove(name);
            }),
          );
        }
        const key = ([name, date]: [string, number], sign: number) => [sign * date, name] as const;
        for (const [sort, sign] of [
          ['oldest', 1],
          ['newest', -1],
        ] as const) {
          const fresh = [...left].toSorted((a, b) => {
            const [one, other] = [key(a, sign), key(b, sign)];
            return one[0] - other[0] || (one[1] < other[1] ? -1 : 1);
          });
          expect(paged(sort)).toEqual(fresh.map(([name, date]) => `${name} ${date}`));
        }
        const rows = db.prepare<[], { n: number }>(
          'SELECT count(*) AS n FROM late WHERE row NOT IN (SELECT row FROM doc)',
        );
        expect(rows.get()?.n).toBe(0);
      }),
      { numRuns: 150 },
    );
  });
});

it('counts what was added, updated and removed', () => {
  expect(write([put('a1', 1), put('a1', 2), remove('a1'), remove('b1'), put('b1', 1)])).toEqual([
    { added: 2, updated: 1, removed: 1, refused: [] },
  ]);
});
