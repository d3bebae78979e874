import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Analyzer, createAnalyzer, createExactAnalyzer } from './analyzer.ts';
import { BOUNDARY } from './boundary.ts';
import { boundMarks, normalForm } from './normal-form.ts';

const NO_LIMIT = 1_000_000_000;
const fast = createAnalyzer();
const exact = createExactAnalyzer();

const word = fc.constantFrom(
  'Running',
  'hopping',
  'technology',
  'e2fsprogs',
  'x',
  '0',
  'a'.repeat(63),
  'B'.repeat(64),
  '7'.repeat(65),
);
const odd = fc.constantFrom(
  ...[
    ...'ß\u1E9EİıςΣ中国ーがカ한각ກກຳกำက္ာក្រ々〇𠀀éйЁאَن्ि½Ⅷ①´¨ªŉﷺᾳ¶\uE000\u00A0\u200D\u00AD\uFE0F\uFFFD\uFEFF\uFF9E',
  ],
  ...['\u0301', '\u0316', '\u0338', '\u0345', '\u3099', '\u1161', '\u11A8', '\u{16D67}', '\u20E3'],
);
const many = fc.tuple(odd, fc.nat(80)).map(([c, times]) => c.repeat(times));
const ascii = fc.constantFrom(...' \n.,<=>-_@/"\'()[]\t\0\x7f');
const text = fc
  .array(
    fc.oneof(
      word,
      odd,
      odd,
      many,
      ascii,
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.string({ maxLength: 6 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));
/** UTF-8, broken UTF-8 and no UTF-8 at all. */
const bytes = fc.oneof(
  text.map((t) => Buffer.from(t)),
  fc
    .tuple(text, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }))
    .map(([t, changes]) => damaged(t, changes)),
  fc.uint8Array({ maxLength: 60 }),
  fc
    .array(
      fc.constantFrom(0xc3, 0xa9, 0xe4, 0xb8, 0xad, 0xed, 0xa0, 0x80, 0xf0, 0x9f, 0xf4, 0x90, 0x61, 0x20),
      { maxLength: 12 },
    )
    .map((b) => Uint8Array.from(b)),
);

describe('the analyser', () => {
  it('gives the same by the fast and by the exact form', () => {
    fc.assert(
      fc.property(bytes, (b) => {
        expect(tokens(fast, b)).toBe(tokens(exact, b));
      }),
      { numRuns: 3000 },
    );
  });

  it('reads broken UTF-8 as TextDecoder does', () => {
    const same = (b: Uint8Array) => {
      expect(tokens(fast, b)).toBe(tokens(fast, Buffer.from(new TextDecoder().decode(b))));
    };
    fc.assert(fc.property(bytes, same), { numRuns: 2000 });
  });

  it('reads a string as its UTF-8', () => {
    const same = (t: string) => {
      fast.begin(NO_LIMIT);
      fast.addString(t);
      expect(fast.end()).toBe(tokens(fast, new TextEncoder().encode(t)));
    };
    fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), same));
  });

  it('joins tokens by single blanks, none of them empty, longer than 64 code points or a BOUNDARY', () => {
    const wellFormed = (b: Uint8Array) => {
      const joined = tokens(fast, b);
      const list = joined === '' ? [] : joined.split(' ');
      expect(list).toHaveLength(fast.written);
      for (const token of list) {
        expect(token).toMatch(/^[\p{L}\p{M}\p{N}\p{Co}]{1,64}$/u);
        expect(token).not.toContain(BOUNDARY);
      }
    };
    fc.assert(fc.property(bytes, wellFormed), { numRuns: 2000 });
  });

  it('gives the same for a text cut at bytes that belong to no token', () => {
    const same = (left: Uint8Array, between: string, right: Uint8Array) => {
      fast.begin(NO_LIMIT);
      fast.add(left);
      fast.add(right);
      expect(fast.end()).toBe(tokens(exact, Buffer.concat([left, Buffer.from(between), right])));
    };
    fc.assert(fc.property(bytes, ascii, bytes, same), { numRuns: 2000 });
  });

  it('gives the same for a text and its normal form', () => {
    const same = (t: string) => {
      const normal = normalForm(boundMarks(t.toWellFormed()));
      // A character that becomes several may bring one mark too many behind the most that are kept.
      fc.pre(boundMarks(normal) === normal);
      expect(tokens(fast, Buffer.from(normal))).toBe(tokens(fast, Buffer.from(t)));
    };
    fc.assert(fc.property(text, same), { numRuns: 1000 });
  });

  it('keeps the first tokens up to the limit and counts the rest', () => {
    const first = (b: Uint8Array, limit: number) => {
      const all = tokens(exact, b).split(' ').filter(Boolean);
      for (const analyzer of [fast, exact]) {
        analyzer.begin(limit);
        analyzer.add(b);
        expect(analyzer.end()).toBe(all.slice(0, limit).join(' '));
        expect([analyzer.written, analyzer.cut]).toEqual([
          Math.min(limit, all.length),
          Math.max(0, all.length - limit),
        ]);
      }
    };
    fc.assert(fc.property(bytes, fc.nat(12), first));
  });

  it('writes a BOUNDARY between values that hold tokens, and nowhere else', () => {
    const between = (values: readonly Uint8Array[]) => {
      for (const analyzer of [fast, exact]) {
        analyzer.begin(NO_LIMIT);
        analyzer.boundary();
        for (const value of values) {
          analyzer.add(value);
          analyzer.boundary();
          analyzer.boundary();
        }
        const held = values.map((value) => tokens(createExactAnalyzer(), value)).filter((t) => t !== '');
        expect(analyzer.end()).toBe(held.join(` ${BOUNDARY} `));
      }
    };
    fc.assert(fc.property(fc.array(bytes, { maxLength: 4 }), between), { numRuns: 60 });
  });
});

function tokens(analyzer: Analyzer, of: Uint8Array): string {
  analyzer.begin(NO_LIMIT);
  analyzer.add(of);
  return analyzer.end();
}

function damaged(of: string, changes: readonly (readonly [number, number])[]): Uint8Array {
  const changed = Buffer.from(of);
  if (changed.length > 0) for (const [at, byte] of changes) changed[at % changed.length] = byte;
  return changed;
}
