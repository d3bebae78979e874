import fc from 'fast-check';
import { expect, it } from 'vitest';
import { expandFuzzy } from './expand-fuzzy.ts';

/** By its definition, without a table. */
function distance(a: readonly string[], b: readonly string[]): number {
  const [x, ...as] = a;
  const [y, ...bs] = b;
  if (x === undefined || y === undefined) return a.length + b.length;
  if (x === y) return distance(as, bs);
  return 1 + Math.min(distance(as, b), distance(a, bs), distance(as, bs));
}

it('takes the words within so many edits that begin alike', () => {
  const word = fc
    .array(fc.constantFrom('a', 'b', 'ж', '𐐨', '𐐲'), { minLength: 1, maxLength: 5 })
    .map((characters) => characters.join(''));
  fc.assert(
    fc.property(word, fc.constantFrom(1 as const, 2 as const), fc.array(word), (token, edits, vocabulary) => {
      const wanted = vocabulary.filter(
        (one) => [...one][0] === [...token][0] && distance([...one], [...token]) <= edits,
      );
      expect(expandFuzzy({ token, edits }, vocabulary).toSorted()).toEqual([...new Set(wanted)].sort());
    }),
    { numRuns: 200 },
  );
});

it.each<[string, 1 | 2, string, boolean]>([
  ['journal', 1, 'journal', true],
  ['journal', 1, 'jurnal', true],
  ['journal', 1, 'jurnl', false],
  ['journal', 2, 'jurnl', true],
  ['journal', 1, 'yournal', false],
  // A swap is two edits.
  ['journal', 1, 'juornal', false],
  ['journal', 2, 'juornal', true],
  ['x'.repeat(64), 1, 'x'.repeat(63), true],
])('%s~%i finds %s: %s', (token, edits, word, finds) => {
  expect(expandFuzzy({ token, edits }, [word])).toEqual(finds ? [word] : []);
});

it('stands for 1,024 words and not for more', () => {
  const vocabulary = Array.from({ length: 1025 }, (_, i) => `jo${String.fromCharCode(0x400 + i)}s`);
  expect(expandFuzzy({ token: 'joes', edits: 1 }, vocabulary.slice(1))).toHaveLength(1024);
  expect(
    expandFuzzy({ token: 'joes', edits: 1 }, [...vocabulary.slice(1), ...vocabulary.slice(1)]),
  ).toHaveLength(1024);
  expect(() => expandFuzzy({ token: 'joes', edits: 1 }, vocabulary)).toThrow(
    expect.objectContaining({ code: 'QUERY_TOO_LARGE', message: expect.stringContaining('1,024 words') }),
  );
});
