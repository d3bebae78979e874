import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distance, joinTexts, pieceAround } from './joined-text.ts';

const ascii = fc.constantFrom(...'ab \t\n\v\f\r\0\x1c\x1f\x7f');
const unit = fc.oneof(ascii, fc.constantFrom('é', '内', '\u00a0', '\u2003', '\ufeff', '😀'));
const texts = fc.array(fc.oneof(fc.string({ unit }), fc.string({ unit: ascii })), { maxLength: 5 });
const single = (text: string) => text.replace(/\s+/g, ' ');
const joined = (all: readonly string[]) => joinTexts(all.map((text) => Buffer.from(text)));

describe('texts', () => {
  it('are joined as if there were a blank between them', () => {
    fc.assert(
      fc.property(texts, (all) => {
        const { text, ascii: isAscii } = joined(all);
        const whole = all.join(' ');
        expect(single(text).trim()).toBe(single(whole).trim());
        expect(isAscii).toBe(/^[\0-\x7f]*$/.test(whole));
      }),
      { numRuns: 2000 },
    );
  });

  it('have pieces with single blanks around each of their characters, and distances between them', () => {
    const reach = fc.integer({ min: 0, max: 12 });
    fc.assert(
      fc.property(texts, fc.nat(), reach, reach, (all, some, before, behind) => {
        const text = joined(all);
        const places = [...text.text.matchAll(/[^\s]/g)].map(({ index }) => index);
        const place = places[some % Math.max(1, places.length)];
        if (place === undefined) return;
        const left = single(text.text.slice(0, place)).trimStart();
        const right = single(text.text.slice(place)).trimEnd();
        const piece = pieceAround(text, place, before, behind);
        expect(piece.text).toBe(left.slice(Math.max(0, left.length - before)) + right.slice(0, behind));
        expect(piece.places.map((at) => single(text.text.charAt(at))).join('')).toBe(piece.text);
        const first = places[0] ?? 0;
        const length = single(text.text.slice(first, place)).length;
        expect(distance(text, first, place, behind)).toBe(Math.min(length, behind));
      }),
      { numRuns: 2000 },
    );
  });
});
