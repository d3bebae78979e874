import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CLASS, characterClass } from './character-class.ts';
import { beginsCluster, type LinkState, nextLink } from './cluster-boundary.ts';

const SEGMENTER = new Intl.Segmenter('und', { granularity: 'grapheme' });

/** All that can stand in a run: marks of any script, letters and digits of those without blanks. Text is normalised: no halfwidth kana. */
const MARKS = characters((kind) => kind >= CLASS.extend);
const DENSE = characters((kind) => kind > CLASS.word && kind < CLASS.extend);
/** Those by which rules differ, many times over. */
const TELLING = [
  ...['က', 'ခ', 'ြ', 'ာ', 'း', '္', '်', 'ှ', 'ក', 'រ', '្', 'ា', 'ៈ', '័'],
  ...['\u1100', '\u1160', '\u1161', '\u11A8', '가', '각', '\uA960', '\uD7B0', '\uD7CB'],
  ...['\u094D', '\u093E', '\u0CC0', '\u3099', '\u302E', '\u0301', 'ー', '中', 'か', 'ก', 'ุ', 'ລ', '၁'],
];

describe('beginsCluster', () => {
  it('agrees with ICU on every mark and letter behind each telling character', () => {
    const wrong: string[] = [];
    for (const last of [...MARKS, ...DENSE.filter((c) => !/[\p{Script=Han}]/u.test(c))])
      for (const before of ['က', 'က္', 'ក្', 'កा', '가', '각', '\u1100', '\u1161', '中', 'ー'])
        if (differs(before + last) || differs(`中${before}${last}ក`)) wrong.push(before + last);
    expect(wrong).toEqual([]);
  });

  it('agrees with ICU on any run', () => {
    const telling = fc.constantFrom(...TELLING);
    const character = fc.oneof(fc.constantFrom(...MARKS), fc.constantFrom(...DENSE));
    const run = fc.array(fc.oneof({ weight: 3, arbitrary: telling }, { weight: 1, arbitrary: character }), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(fc.constantFrom(...DENSE), run, (first, rest) => {
        const text = first + rest.join('');
        expect(clusters(text)).toEqual(clustersOfIcu(text));
      }),
      { numRuns: 5000 },
    );
  });
});

function differs(text: string): boolean {
  return clusters(text).join(' ') !== clustersOfIcu(text).join(' ');
}

function clusters(text: string): string[] {
  const found: string[] = [];
  let before = 0;
  let link: LinkState = 0;
  for (const character of text) {
    const next = characterClass(character.codePointAt(0) ?? 0);
    if (found.length === 0 || beginsCluster(before, next, link)) found.push(character);
    else found[found.length - 1] += character;
    link = nextLink(link, next);
    before = next;
  }
  return found;
}

function clustersOfIcu(text: string): string[] {
  return [...SEGMENTER.segment(text)].map((cluster) => cluster.segment);
}

function characters(wanted: (kind: number) => boolean): string[] {
  const found: string[] = [];
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const character = String.fromCodePoint(codePoint);
    if (wanted(characterClass(codePoint)) && character.normalize('NFKC') === character) found.push(character);
  }
  return found;
}
