import fc from 'fast-check';
import { expect, it } from 'vitest';
import { doubtOf, gapOf, holdsNear, type Near } from './near.ts';

function near(tokens: string, distance: number): Near {
  return { kind: 'near', fields: ['own'], tokens: tokens.split(' '), distance };
}

/** By the definition, over all stretches. */
function holds({ tokens, distance }: Near, text: readonly string[]): boolean {
  return text.some((_, start) => {
    const stretch = text.slice(start, start + tokens.length + distance);
    const value = stretch.includes('¶') ? stretch.slice(0, stretch.indexOf('¶')) : stretch;
    return tokens.every((token) => {
      const asked = tokens.filter((one) => one === token).length;
      return value.filter((one) => one === token).length >= asked;
    });
  });
}

it('holds what the definition says', () => {
  const token = fc.constantFrom('a', 'b', 'c');
  fc.assert(
    fc.property(
      fc.array(token, { minLength: 1, maxLength: 4 }),
      fc.nat({ max: 4 }),
      fc.array(fc.oneof(token, fc.constantFrom('¶', 'x')), { maxLength: 14 }),
      (tokens, distance, text) => {
        const asked = near(tokens.join(' '), distance);
        const positionsOf = (one: string): number[] =>
          text.flatMap((other, at) => (other === one ? [at] : []));
        expect(holdsNear(asked, positionsOf)).toBe(holds(asked, text));
      },
    ),
    { numRuns: 2000 },
  );
});

it.each([
  ['two words side by side: a border cannot stand between', near('a b', 0), null],
  ['two words with one between: it may be a border', near('a b', 1), near('a b ¶', 0)],
  ['three words', near('a b c', 2), near('a b c ¶', 1)],
  ['a word twice: FTS5 takes one place for both', near('a b a', 0), near('a b a', 0)],
  ['one word', near('a', 5), null],
])('in doubt: %s', (_, asked, doubt) => {
  expect(doubtOf(asked)).toEqual(doubt);
});

it('counts the words in the middle', () => {
  expect([near('a b', 3), near('a b c', 3), near('a b c d', 0)].map(gapOf)).toEqual([3, 4, 2]);
});
