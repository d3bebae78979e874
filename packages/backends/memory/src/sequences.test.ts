import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { fieldsOf, holdsPhrase, nearTest, tokensOfField, writeField } from './sequences.ts';
import { BOUNDARY_NUMBER } from './terms.ts';

// Numbers of one, two and three bytes, some of which end with the bytes of others.
const number = fc.constantFrom<number>(
  1,
  2,
  127,
  128,
  129,
  0x81,
  130,
  257,
  16_383,
  16_384,
  16_385,
  2_097_152,
);
const tokens = fc.array(fc.oneof({ weight: 5, arbitrary: number }, fc.constant(BOUNDARY_NUMBER)), {
  maxLength: 12,
});

function encoded(numbers: readonly number[]): Buffer {
  const out = new ByteWriter();
  for (const one of numbers) out.varint(one);
  return Buffer.from(out.written());
}

function values(numbers: readonly number[]): number[][] {
  const all: number[][] = [[]];
  for (const one of numbers) {
    if (one === BOUNDARY_NUMBER) all.push([]);
    else all.at(-1)?.push(one);
  }
  return all;
}

describe('a phrase', () => {
  it('is found where its numbers stand one behind the other, and nowhere between bytes', () => {
    const phrase = fc.array(number, { minLength: 1, maxLength: 3 });
    fc.assert(
      fc.property(tokens, phrase, (given, asked) => {
        const expected = given.some((_, i) => asked.every((one, j) => given[i + j] === one));
        expect(holdsPhrase(encoded(given), encoded(asked), null)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });

  it('may end in any of several numbers', () => {
    fc.assert(
      fc.property(tokens, number, fc.uniqueArray(number), (given, first, endings) => {
        const expected = given.some(
          (one, i) => one === first && endings.includes(given[i + 1] ?? BOUNDARY_NUMBER),
        );
        const last = (one: number): boolean => endings.includes(one);
        expect(holdsPhrase(encoded(given), encoded([first]), last)).toBe(expected);
      }),
      { numRuns: 500 },
    );
  });
});

it('words are near where a stretch of one value holds them all, each as often as it is wanted', () => {
  const asked = fc.array(fc.constantFrom<number>(1, 2, 257, 16_384), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(
      fc.array(tokens, { minLength: 1, maxLength: 3 }),
      asked,
      fc.nat({ max: 5 }),
      (documents, words, distance) => {
        const wanted = new Map<number, number>();
        for (const word of words) wanted.set(word, (wanted.get(word) ?? 0) + 1);
        // One test is asked of many documents: nothing of one may be left for the next.
        const test = nearTest(wanted, distance);
        for (const given of documents) {
          const expected = values(given).some((value) =>
            value.some((_, start) => {
              const left = [...words];
              for (const one of value.slice(start, start + words.length + distance)) {
                const at = left.indexOf(one);
                if (at >= 0) left.splice(at, 1);
              }
              return left.length === 0;
            }),
          );
          expect(test(encoded(given)), given.join(' ')).toBe(expected);
        }
      },
    ),
    { numRuns: 1000 },
  );
});

it('a sequence has the tokens of each field that was written', () => {
  const out = new ByteWriter();
  const fields = [
    [0, encoded([1, 2])],
    [3, encoded([16_384])],
    [200, encoded([])],
    [201, encoded([5, 0, 5])],
  ] as const;
  for (const [field, numbers] of fields) writeField(out, field, numbers);
  const sequence = Buffer.from(out.written());
  expect([...fieldsOf(sequence)]).toEqual(fields);
  for (const [field, numbers] of fields) expect(tokensOfField(sequence, field)).toEqual(numbers);
  expect(tokensOfField(sequence, 1)).toHaveLength(0);
  expect(tokensOfField(Buffer.alloc(0), 0)).toHaveLength(0);
});
