import fc from 'fast-check';
import { expect, it } from 'vitest';
import { withinEdits } from './edit-distance.ts';

/** By its definition, without a table. */
function distance(a: readonly string[], b: readonly string[]): number {
  const [x, ...as] = a;
  const [y, ...bs] = b;
  if (x === undefined || y === undefined) return a.length + b.length;
  if (x === y) return distance(as, bs);
  return 1 + Math.min(distance(as, b), distance(a, bs), distance(as, bs));
}

it('says whether so many edits are enough', () => {
  const word = fc.array(fc.constantFrom('a', 'b', 'ж', '𐐨'), { maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.nat({ max: 3 }), (a, b, edits) => {
      expect(withinEdits(a, b, edits)).toBe(distance(a, b) <= edits);
    }),
    { numRuns: 500 },
  );
});

it.each([
  ['journal', 'journal', 0, true],
  ['journal', 'jurnal', 1, true],
  ['journal', 'jurnl', 1, false],
  ['journal', 'jurnl', 2, true],
  ['', 'ab', 2, true],
  ['', 'abc', 2, false],
])('%s and %s within %i: %s', (a, b, edits, expected) => {
  expect(withinEdits([...a], [...b], edits)).toBe(expected);
});
