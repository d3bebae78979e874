import { describe, expect, it } from 'vitest';
import { boundMarks, foldCase, JOINS_BACK, MARK_LIKE, normalForm } from './normal-form.ts';

/**
 * CaseFolding.txt of Unicode 17, status C: first code point, then `+n` or `*n` for n of them one or two apart, then what is added
 * (`=`) or taken off (`-`), all but n in hex.
 */
const COMMON = `
41+26=20 b5=307 c0+23=20 d8+7=20 100*24=1 132*3=1 139*8=1 14a*23=1 178-79 179*3=1 17f-10c 181=d2 182*2=1 186=ce 187=1
189+2=cd 18b=1 18e=4f 18f=ca 190=cb 191=1 193=cd 194=cf 196=d3 197=d1 198=1 19c=d3 19d=d5 19f=d6 1a0*3=1 1a6=da 1a7=1
1a9=da 1ac=1 1ae=da 1af=1 1b1+2=d9 1b3*2=1 1b7=db 1b8=1 1bc=1 1c4=2 1c5=1 1c7=2 1c8=1 1ca=2 1cb*9=1 1de*9=1 1f1=2
1f2*2=1 1f6-61 1f7-38 1f8*20=1 220-82 222*9=1 23a=2a2b 23b=1 23d-a3 23e=2a28 241=1 243-c3 244=45 245=47 246*5=1 345=74
370*2=1 376=1 37f=74 386=26 388+3=25 38c=40 38e+2=3f 391+17=20 3a3+9=20 3c2=1 3cf=8 3d0-1e 3d1-19 3d5-f 3d6-16
3d8*12=1 3f0-36 3f1-30 3f4-3c 3f5-40 3f7=1 3f9-7 3fa=1 3fd+3-82 400+16=50 410+32=20 460*17=1 48a*27=1 4c0=f 4c1*7=1
4d0*48=1 531+38=30 10a0+38=1c60 10c7=1c60 10cd=1c60 13f8+6-8 1c80-184e 1c81-184d 1c82-1844 1c83+2-1842 1c85-1843
1c86-183c 1c87-1824 1c88=89c3 1c89=1 1c90+43-bc0 1cbd+3-bc0 1e00*75=1 1e9b-3a 1ea0*48=1 1f08+8-8 1f18+6-8 1f28+8-8
1f38+8-8 1f48+6-8 1f59*4-8 1f68+8-8 1fb8+2-8 1fba+2-4a 1fbe-1c05 1fc8+4-56 1fd8+2-8 1fda+2-64 1fe8+2-8 1fea+2-70
1fec-7 1ff8+2-80 1ffa+2-7e 2126-1d5d 212a-20bf 212b-2046 2132=1c 2160+16=10 2183=1 24b6+26=1a 2c00+48=30 2c60=1
2c62-29f7 2c63-ee6 2c64-29e7 2c67*3=1 2c6d-2a1c 2c6e-29fd 2c6f-2a1f 2c70-2a1e 2c72=1 2c75=1 2c7e+2-2a3f 2c80*50=1
2ceb*2=1 2cf2=1 a640*23=1 a680*14=1 a722*7=1 a732*31=1 a779*2=1 a77d-8a04 a77e*5=1 a78b=1 a78d-a528 a790*2=1 a796*10=1
a7aa-a544 a7ab-a54f a7ac-a54b a7ad-a541 a7ae-a544 a7b0-a512 a7b1-a52a a7b2-a515 a7b3=3a0 a7b4*8=1 a7c4-30 a7c5-a543
a7c6-8a38 a7c7*2=1 a7cb-a567 a7cc*8=1 a7dc-a641 a7f5=1 ab70+80-97d0 ff21+26=20 10400+40=28 104b0+36=28 10570+11=27
1057c+15=27 1058c+7=27 10594+2=27 10c80+51=40 10d50+22=20 118a0+32=20 16e40+32=20 16ea0+25=1b 1e900+34=22`;

/** Status F: code point, then those it becomes. */
const FULL = `
df:73.73 130:69.307 149:2bc.6e 1f0:6a.30c 390:3b9.308.301 3b0:3c5.308.301 587:565.582 1e96:68.331 1e97:74.308
1e98:77.30a 1e99:79.30a 1e9a:61.2be 1e9e:73.73 1f50:3c5.313 1f52:3c5.313.300 1f54:3c5.313.301 1f56:3c5.313.342
1f80:1f00.3b9 1f81:1f01.3b9 1f82:1f02.3b9 1f83:1f03.3b9 1f84:1f04.3b9 1f85:1f05.3b9 1f86:1f06.3b9 1f87:1f07.3b9
1f88:1f00.3b9 1f89:1f01.3b9 1f8a:1f02.3b9 1f8b:1f03.3b9 1f8c:1f04.3b9 1f8d:1f05.3b9 1f8e:1f06.3b9 1f8f:1f07.3b9
1f90:1f20.3b9 1f91:1f21.3b9 1f92:1f22.3b9 1f93:1f23.3b9 1f94:1f24.3b9 1f95:1f25.3b9 1f96:1f26.3b9 1f97:1f27.3b9
1f98:1f20.3b9 1f99:1f21.3b9 1f9a:1f22.3b9 1f9b:1f23.3b9 1f9c:1f24.3b9 1f9d:1f25.3b9 1f9e:1f26.3b9 1f9f:1f27.3b9
1fa0:1f60.3b9 1fa1:1f61.3b9 1fa2:1f62.3b9 1fa3:1f63.3b9 1fa4:1f64.3b9 1fa5:1f65.3b9 1fa6:1f66.3b9 1fa7:1f67.3b9
1fa8:1f60.3b9 1fa9:1f61.3b9 1faa:1f62.3b9 1fab:1f63.3b9 1fac:1f64.3b9 1fad:1f65.3b9 1fae:1f66.3b9 1faf:1f67.3b9
1fb2:1f70.3b9 1fb3:3b1.3b9 1fb4:3ac.3b9 1fb6:3b1.342 1fb7:3b1.342.3b9 1fbc:3b1.3b9 1fc2:1f74.3b9 1fc3:3b7.3b9
1fc4:3ae.3b9 1fc6:3b7.342 1fc7:3b7.342.3b9 1fcc:3b7.3b9 1fd2:3b9.308.300 1fd3:3b9.308.301 1fd6:3b9.342
1fd7:3b9.308.342 1fe2:3c5.308.300 1fe3:3c5.308.301 1fe4:3c1.313 1fe6:3c5.342 1fe7:3c5.308.342 1ff2:1f7c.3b9
1ff3:3c9.3b9 1ff4:3ce.3b9 1ff6:3c9.342 1ff7:3c9.342.3b9 1ffc:3c9.3b9 fb00:66.66 fb01:66.69 fb02:66.6c fb03:66.66.69
fb04:66.66.6c fb05:73.74 fb06:73.74 fb13:574.576 fb14:574.565 fb15:574.56b fb16:57e.576 fb17:574.56d`;

describe('foldCase', () => {
  it('is full case folding on every code point that NFKD leaves as it is', () => {
    const folding = caseFolding();
    const wrong: string[] = [];
    for (const [codePoint, character] of codePoints()) {
      if (character.normalize('NFKD') !== character) continue;
      if (foldCase(character) !== (folding.get(codePoint) ?? character)) wrong.push(codePoint.toString(16));
    }
    expect(folding.size).toBe(1585);
    expect(wrong).toEqual([]);
  });

  it('needs no context: a final sigma folds like any other', () => {
    expect(foldCase('ΟΔΟΣ οδος')).toBe('οδοσ οδοσ');
  });
});

describe('normalForm', () => {
  it.each([
    ['Crème Brûlée', 'creme brulee'],
    ['Straße STRASSE STRA\u1E9EE', 'strasse strasse strasse'],
    ['\u0130stanbul \u0131\u015F\u0131k', 'istanbul \u0131s\u0131k'],
    ['Ёлка Йод', 'елка иод'],
    ['Άλφα ΐ', 'αλφα ι'],
    ['\u1FB3', 'αι'],
    ['ﬁﬂﬀ', 'fiflff'],
    ['Ⅷ ① ½', 'viii 1 1\u20442'],
    ['ＡＢＣ１２３', 'abc123'],
    ['ｶﾞｷﾞ', 'ガギ'],
    ['か\u3099', 'が'],
    ['\u1100\u1161\u11A8', '각'],
    ['ㄱㅏ', '가'],
    ['क\u093C', 'क\u093C'],
    ['ب\u064E', 'ب\u064E'],
    ['ש\u05C1', 'ש\u05C1'],
    ['\u13A0 \uAB70', '\u13A0 \u13A0'],
    ['\u{10400}', '\u{10428}'],
    ['1\u20E3', '1\u20E3'],
  ])('turns %s into %s', (text, normal) => {
    expect(normalForm(text)).toBe(normal);
  });

  it('is its own normal form', () => {
    const changed = [...codePoints()].filter(([, c]) => normalForm(normalForm(c)) !== normalForm(c));
    expect(changed.map(([codePoint]) => codePoint.toString(16))).toEqual([]);
  });
});

describe('JOINS_BACK', () => {
  it('holds all that NFC composes with what stands before, and nothing of another kind', () => {
    const composing = new Set<string>();
    for (const [, character] of codePoints()) {
      const decomposed = character.normalize('NFD');
      if (decomposed === character || decomposed.normalize('NFC') !== character) continue;
      for (const later of [...decomposed].slice(1)) composing.add(later);
    }
    expect([...composing].filter((c) => !JOINS_BACK.test(c))).toEqual([]);
    const others = [...codePoints()].filter(
      ([, c]) => JOINS_BACK.test(c) && !/\p{M}/u.test(c) && !composing.has(c),
    );
    expect(others).toEqual([]);
  });
});

describe('MARK_LIKE', () => {
  it('holds all that begins with what NFKD puts in order among marks', () => {
    // Such a one changes places with a mark of class 240 (U+0345) before it, or of class 1 (U+0334) behind it.
    const isOrdered = (c: string) =>
      `x\u0345${c}`.normalize('NFKD') !== `x\u0345${c}` || `x${c}\u0334`.normalize('NFKD') !== `x${c}\u0334`;
    const beginsOrdered = (c: string) => isOrdered([...c.normalize('NFKD')][0] ?? '');
    const missed = [...codePoints()].filter(([, c]) => beginsOrdered(c) && !MARK_LIKE.test(c));
    expect(missed).toEqual([]);
  });
});

describe('boundMarks', () => {
  it('leaves 64 of a run of marks and any number of runs', () => {
    const run = '\u0301\u0316'.repeat(500);
    expect(boundMarks(`ب${run} ب${run}`)).toBe(`ب${run.slice(0, 64)} ب${run.slice(0, 64)}`);
  });
});

function* codePoints(): Generator<[number, string]> {
  for (let codePoint = 0; codePoint <= 0x10ffff; codePoint++)
    if (codePoint < 0xd800 || codePoint > 0xdfff) yield [codePoint, String.fromCodePoint(codePoint)];
}

function caseFolding(): Map<number, string> {
  const folding = new Map<number, string>();
  for (const entry of COMMON.trim().split(/\s+/)) {
    const { first, step, count, sign, by } =
      /^(?<first>[0-9a-f]+)(?:(?<step>[+*])(?<count>\d+))?(?<sign>[=-])(?<by>[0-9a-f]+)$/.exec(entry)
        ?.groups ?? {};
    for (let i = 0; i < Number(count ?? 1); i++) {
      const codePoint = hex(first) + i * (step === '*' ? 2 : 1);
      folding.set(codePoint, String.fromCodePoint(codePoint + (sign === '-' ? -hex(by) : hex(by))));
    }
  }
  for (const entry of FULL.trim().split(/\s+/)) {
    const [from, to = ''] = entry.split(':');
    folding.set(hex(from), String.fromCodePoint(...to.split('.').map(hex)));
  }
  return folding;
}

function hex(digits: string | undefined): number {
  return Number.parseInt(digits ?? '', 16);
}
