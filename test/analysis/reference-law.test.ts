import { createAnalyzer, createExactAnalyzer } from '@hayrick/core/analysis';
import { referenceTokens } from '@hayrick/core/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { listMail } from './vocabulary.ts';

const fast = createAnalyzer();
const exact = createExactAnalyzer();

/** Characters by which rules of normalisation, cutting, clusters and stemming differ. */
const TELLING = [
  ...[
    'Running',
    'hopping',
    'technology',
    'ies',
    'eed',
    'a',
    'Z',
    '3',
    '.',
    ' ',
    '\n',
    '=',
    '<',
    'x'.repeat(64),
    '9'.repeat(65),
  ],
  ...'\u1E9EßEİıςΣᾳéйёЁꙁªʰŉ\uFB01½Ⅷ①´¨ℵÅKǅᎠꭰᏸ𝐀ﷺ゛',
  ...'中国𠀀〇々〆ーがか한각ㄱㄎㄜˋกำาລຳကြှား္်ករុ្𝍠၁๑ｶﾡￂ',
  ...[
    '\u0301',
    '\u0316',
    '\u0338',
    '\u0345',
    '\u034F',
    '\u0483',
    '\u093E',
    '\u094D',
    '\u3099',
    '\u302A',
    '\uFE0F',
    '\u20E3',
  ],
  ...[
    '\u1100',
    '\u1161',
    '\u11A8',
    '\u{16D63}',
    '\u{16D67}',
    '\u{16D68}',
    '\uFF9E',
    '\u200D',
    '\u00AD',
    '\uFEFF',
    '\uFFFD',
  ],
  ...['\uE000', '\u{F0000}', '\uD800', '\uDC00', 'न', 'ि', 'ا', '\u064E', 'ש', '\u05C1', '\u{1F600}'],
];
/** One of each hundred will do of these. */
const MANY_ALIKE = /[\p{Unified_Ideograph}\p{Co}\p{Cn}\p{Cs}\uAC00-\uD7A3]/u;
const text = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...TELLING) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) },
      { weight: 1, arbitrary: fc.string({ maxLength: 8 }) },
      {
        weight: 1,
        arbitrary: fc.tuple(fc.constantFrom(...TELLING), fc.nat(90)).map(([c, times]) => c.repeat(times)),
      },
    ),
    { maxLength: 16 },
  )
  .map((parts) => parts.join(''));

describe('the fast form, the exact form and the reference', () => {
  it('agree on any text', () => {
    fc.assert(fc.property(text, expectSame), { numRuns: 8000 });
  });

  it('agree on any bytes', () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 40 }),
      fc.tuple(text, fc.nat(), fc.nat(255)).map(damaged),
    );
    fc.assert(
      fc.property(bytes, (b) => expectSameOfBytes(b)),
      { numRuns: 3000 },
    );
  });

  it('agree on every kind of code point: alone, and between letters of either kind of script', () => {
    const wrong: string[] = [];
    for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
      const character = String.fromCodePoint(codePoint);
      if (MANY_ALIKE.test(character) && codePoint % 101 !== 0) continue;
      const around = `${character} a${character}b 中${character}国 ក${character}ក`;
      if (tokens(fast, Buffer.from(around)) !== referenceTokens(around).join(' '))
        wrong.push(codePoint.toString(16));
    }
    expect(wrong).toEqual([]);
  });

  it('agree on the mail of lists', () => {
    for (const mail of listMail('the law of the three forms over real mail')) {
      const some = mail.subarray(0, 3_000_000);
      expectSameOfBytes(some);
    }
  });
});

function expectSame(of: string): void {
  expectSameOfBytes(Buffer.from(of), of);
}

function expectSameOfBytes(bytes: Uint8Array, of: string = new TextDecoder().decode(bytes)): void {
  const expected = referenceTokens(of).join(' ');
  expect(tokens(fast, bytes)).toBe(expected);
  expect(tokens(exact, bytes)).toBe(expected);
}

function tokens(analyzer: typeof fast, bytes: Uint8Array): string {
  analyzer.begin(Number.MAX_SAFE_INTEGER);
  analyzer.add(bytes);
  return analyzer.end();
}

function damaged([of, at, byte]: readonly [string, number, number]): Uint8Array {
  const bytes = Buffer.from(of);
  if (bytes.length > 0) bytes[at % bytes.length] = byte;
  return bytes;
}
