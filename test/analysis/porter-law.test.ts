import { stem } from '@hayrick/core/analysis';
import fc from 'fast-check';
import { stemmer } from 'stemmer';
import { describe, expect, it } from 'vitest';
import { listMail, vocabulary } from './vocabulary.ts';

/** Endings of all steps of the algorithm. */
const ENDINGS = (
  'sses ies ss s eed ed ing at bl iz y ational tional enci anci izer bli abli alli entli eli ousli ization ation ator alism iveness ' +
  'fulness ousness aliti iviti biliti logi icate ative alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ' +
  'ion sion tion ou ism ate iti ous ive ize e ll yy'
).split(' ');

describe('the stemmer', () => {
  it('agrees with one by others on every word of few telling letters', () => {
    const wrong: string[] = [];
    let words = ['a', 'e', 'y', 's', 'l', 't', 'd', 'b', 'i', 'n', 'g'];
    const letters = words;
    for (let length = 2; length <= 5; length++) {
      words = words.flatMap((word) => letters.map((letter) => word + letter));
      if (length > 2) wrong.push(...words.filter(differs));
    }
    expect(wrong).toEqual([]);
  });

  it('agrees with it on letters with any endings behind them', () => {
    const ending = fc.constantFrom(...ENDINGS);
    const word = fc
      .tuple(fc.stringMatching(/^[a-z]{0,8}$/), fc.array(ending, { maxLength: 4 }))
      .map(([root, endings]) => root + endings.join(''))
      .filter((w) => w.length >= 3);
    const same = (w: string) => {
      expect(stem(w)).toBe(stemmer(w));
    };
    fc.assert(fc.property(word, same), { numRuns: 20_000 });
  });

  it('agrees with it on the words of lists', () => {
    const words = [...vocabulary(listMail('the stemmer over the words of real mail')).keys()];
    expect(words.filter(differs)).toEqual([]);
  });
});

function differs(word: string): boolean {
  return stem(word) !== stemmer(word);
}
