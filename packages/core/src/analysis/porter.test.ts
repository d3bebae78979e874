import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stem, stemBytes } from './porter.ts';

describe('stem', () => {
  // The examples of the paper, step by step, carried through all steps.
  it.each([
    ['caresses', 'caress'],
    ['ponies', 'poni'],
    ['ties', 'ti'],
    ['cats', 'cat'],
    ['feed', 'feed'],
    ['agreed', 'agre'],
    ['plastered', 'plaster'],
    ['bled', 'bled'],
    ['motoring', 'motor'],
    ['sing', 'sing'],
    ['conflated', 'conflat'],
    ['troubling', 'troubl'],
    ['sized', 'size'],
    ['hopping', 'hop'],
    ['falling', 'fall'],
    ['hissing', 'hiss'],
    ['fizzed', 'fizz'],
    ['failing', 'fail'],
    ['filing', 'file'],
    ['happy', 'happi'],
    ['sky', 'sky'],
    ['valenci', 'valenc'],
    ['digitizer', 'digit'],
    ['conformably', 'conform'],
    ['radically', 'radic'],
    ['differently', 'differ'],
    ['vilely', 'vile'],
    ['analogously', 'analog'],
    ['vietnamization', 'vietnam'],
    ['predication', 'predic'],
    ['feudalism', 'feudal'],
    ['decisiveness', 'decis'],
    ['hopefulness', 'hope'],
    ['callousness', 'callous'],
    ['formality', 'formal'],
    ['sensitivity', 'sensit'],
    ['sensibility', 'sensibl'],
    ['triplicate', 'triplic'],
    ['formative', 'form'],
    ['electricity', 'electr'],
    ['goodness', 'good'],
    ['revival', 'reviv'],
    ['allowance', 'allow'],
    ['airliner', 'airlin'],
    ['defensible', 'defens'],
    ['replacement', 'replac'],
    ['adjustment', 'adjust'],
    ['adoption', 'adopt'],
    ['homologou', 'homolog'],
    ['effective', 'effect'],
    ['probate', 'probat'],
    ['rate', 'rate'],
    ['cease', 'ceas'],
    ['controll', 'control'],
    ['roll', 'roll'],
  ])('of %s is %s', (word, expected) => {
    expect(stem(word)).toBe(expected);
  });

  it('follows the author of the algorithm where his program departs from his paper', () => {
    expect([stem('possibly'), stem('technology'), stem('technologies')]).toEqual([
      'possibl',
      'technolog',
      'technolog',
    ]);
  });

  it('takes an ending only where a letter stands before it', () => {
    expect([stem('ies'), stem('sses'), stem('eed'), stem('ing')]).toEqual(['ie', 'sse', 'e', 'ing']);
  });

  it('leaves alone what is no word of three or more letters a-z', () => {
    for (const token of ['', 'is', 'ext4s', 'naïves', 'Cats', '内核']) expect(stem(token)).toBe(token);
  });
});

describe('stemBytes', () => {
  it('works in place and touches nothing outside the word', () => {
    const bytes = Buffer.from('xxhappyyy');
    const end = stemBytes(bytes, 2, 7);
    expect([end, bytes.toString()]).toEqual([7, 'xxhappiyy']);
  });
});

it('gives a stem that begins as its word does, its last letter apart', () => {
  const endings =
    's ies eed ed ing at bl iz y ational tional enci anci izer abli alli entli eli ousli ' +
    'ization ation ator alism iveness fulness ousness aliti iviti biliti bility icate ative ' +
    'alize iciti ical ful ness al ance ence er ic able ible ant ement ment ent ion e ll logi';
  const letter = fc.constantFrom(...'abeilotyszx3');
  const word = fc
    .tuple(
      fc.string({ unit: letter, minLength: 1, maxLength: 6 }),
      fc.array(fc.constantFrom(...endings.split(' ')), { maxLength: 4 }),
    )
    .map(([start, ends]) => start + ends.join(''));
  fc.assert(
    fc.property(word, (one) => one.startsWith(stem(one).slice(0, -1))),
    { numRuns: 20_000 },
  );
});
