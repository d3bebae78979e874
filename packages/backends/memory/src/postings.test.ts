import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { countPostings, type FieldPostings, StoredPostings, writePostings } from './postings.ts';

const list = fc
  .uniqueArray(fc.nat({ max: 40_000 }), { minLength: 1, maxLength: 20 })
  .chain((slots) =>
    fc.tuple(
      fc.constant(slots.toSorted((a, b) => a - b)),
      fc.array(fc.constantFrom(1, 1, 2, 300), { minLength: slots.length, maxLength: slots.length }),
    ),
  )
  .map(([slots, times]) => new Map(slots.map((slot, i) => [slot, times[i] ?? 1])));
const postings: fc.Arbitrary<FieldPostings> = fc
  .uniqueArray(fc.nat({ max: 12 }), { minLength: 1, maxLength: 5 })
  .chain((fields) => fc.tuple(...fields.map((field) => fc.tuple(fc.constant(field), list))))
  .map((entries) => new Map(entries));

const SAME = Uint32Array.from({ length: 40_001 }, (_, i) => i);

function stored(given: FieldPostings, newSlots = SAME): StoredPostings {
  const out = new ByteWriter();
  out.varint(7);
  writePostings(given, newSlots, out);
  return new StoredPostings(Buffer.from(out.written()), 1);
}

/** What MiniSearch does with its postings, each on its own. */
const LOOKS: readonly (readonly [string, (given: FieldPostings) => unknown])[] = [
  ['size', (given) => given.size],
  ['get', (given) => given.get([...given.keys()][0] ?? 0)],
  ['get of what is not there', (given) => given.get(99)],
  ['has', (given) => [given.has(99), ...Array.from({ length: 13 }, (_, i) => given.has(i))]],
  ['keys', (given) => [...given.keys()]],
  ['values', (given) => [...given.values()]],
  ['entries', (given) => [...given.entries()]],
  ['iteration', (given) => [...given]],
  [
    'forEach',
    (given) => {
      const seen: unknown[] = [];
      for (const entry of given) seen.push(entry);
      given.forEach((one, field) => void seen.push([field, one]));
      return seen;
    },
  ],
  [
    'set, delete and clear',
    (given) => {
      given.set(50, new Map([[1, 1]]));
      const deleted = [given.delete(50), given.delete(50)];
      const left = [...given];
      given.clear();
      return [deleted, left, given.size];
    },
  ],
  ['its name', (given) => Object.prototype.toString.call(given)],
];

describe('stored postings', () => {
  it.each(LOOKS)('are like the map that they were: %s', (_, look) => {
    fc.assert(
      fc.property(postings, (given) => {
        const map = new Map([...given].map(([field, one]) => [field, new Map(one)]));
        expect(look(stored(given))).toEqual(look(map));
      }),
      { numRuns: 50 },
    );
  });

  it('are written again alike, looked at or not, and counted', () => {
    fc.assert(
      fc.property(postings, (given) => {
        const [unseen, seen] = [stored(given), stored(given)];
        expect(seen.size).toBe(given.size);
        expect([unseen.stored === null, seen.stored === null]).toEqual([false, true]);
        const count = [...given.values()].reduce((sum, one) => sum + one.size, 0);
        expect([given, unseen, seen].map(countPostings)).toEqual([count, count, count]);
        expect([...stored(unseen)]).toEqual([...given]);
        expect([...stored(seen)]).toEqual([...given]);
      }),
    );
  });

  it('are given what they lack', () => {
    const given = stored(new Map([[2, new Map([[3, 1]])]]));
    const other = new Map([[4, 1]]);
    expect(given.getOrInsert(2, other)).toEqual(new Map([[3, 1]]));
    expect(given.getOrInsertComputed(3, (field) => new Map([[field, 1]]))).toEqual(new Map([[3, 1]]));
    expect(given.getOrInsert(4, other)).toBe(other);
    expect([...given.keys()]).toEqual([2, 3, 4]);
  });

  it('are given new slots on the way', () => {
    const given: FieldPostings = new Map([
      [
        2,
        new Map([
          [3, 1],
          [7, 5],
        ]),
      ],
    ]);
    const newSlots = new Uint32Array(8);
    newSlots.set([1, 0, 0, 0, 2], 3);
    const expected = new Map([
      [1, 1],
      [2, 5],
    ]);
    expect(stored(given, newSlots).get(2)).toEqual(expected);
    expect(stored(stored(given), newSlots).get(2)).toEqual(expected);
  });
});
