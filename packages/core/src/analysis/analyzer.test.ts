import { describe, expect, it } from 'vitest';
import { createAnalyzer } from './analyzer.ts';

/** Text and its tokens, by the contract (section 8, rules 1 to 3) and by hand. */
const TABLE: readonly (readonly [text: string, tokens: string])[] = [
  // ASCII
  ['', ''],
  [' \t\r\n', ''],
  ['!"#$%&()*+,-./:;<=>?@[]^_`{|}~', ''],
  ['fsck', 'fsck'],
  ['FSCK Fsck', 'fsck fsck'],
  ['foo_bar', 'foo bar'],
  ['a.b::c', 'a b c'],
  ["it's", 'it s'],
  ['ext4', 'ext4'],
  ['2.6.32-rc1', '2 6 32 rc1'],
  ['ted@example.org', 'ted exampl org'],
  ['0xDEADBEEF', '0xdeadbeef'],
  ['> > quoted', 'quot'],
  ['a\0b\x7fc', 'a b c'],
  ['x'.repeat(63), 'x'.repeat(63)],
  [`${'x'.repeat(64)} y`, `${'x'.repeat(64)} y`],
  [`${'x'.repeat(65)} y`, `${'x'.repeat(64)} y`],
  [`${'1'.repeat(200)}é y`, `${'1'.repeat(64)} y`],
  // Stemming: only three and more letters a-z
  ['is as us', 'is as us'],
  ['was his', 'wa hi'],
  ['caresses ponies ties caress cats', 'caress poni ti caress cat'],
  ['feed agreed plastered bled motoring sing', 'feed agre plaster bled motor sing'],
  ['conflated troubled sized', 'conflat troubl size'],
  ['hopping tanned falling hissing fizzed failing filing', 'hop tan fall hiss fizz fail file'],
  ['happy sky', 'happi sky'],
  ['relational conditional rational', 'relat condit ration'],
  ['generalizations oscillators', 'gener oscil'],
  ['operating operation operational', 'oper oper oper'],
  ['technology possibly', 'technolog possibl'],
  ['running2 r2unning', 'running2 r2unning'],
  ['naïve caresses', 'naiv caress'],
  ['RÉSUMÉS', 'resum'],
  ['Ünningé', 'unning'],
  // Latin
  ['Crème Brûlée', 'creme brule'],
  ['cafe\u0301', 'cafe'],
  ['Straße', 'strass'],
  ['STRA\u1E9EE', 'strass'],
  ['\u0130stanbul', 'istanbul'],
  ['\u0131\u015F\u0131k', '\u0131s\u0131k'],
  ['Øresund Łódź', 'øresund łodz'],
  ['ﬁle ﬀ', 'file ff'],
  ['Tiếng Việt', 'tieng viet'],
  ['ª º', 'a o'],
  ['x² H₂O', 'x2 h2o'],
  ['½', '1 2'],
  ['Ⅷ', 'viii'],
  ['①②', '12'],
  ['ＦＵＬＬ　ｗｉｄｔｈ', 'full width'],
  ['don\u2019t', 'don t'],
  ['\u201Cquoted\u201D', 'quot'],
  ['a\u00A0b\u2003c', 'a b c'],
  ['soft\u00ADhyphen zero\u200Bwidth', 'soft hyphen zero width'],
  ['TM\u2122', 'tmtm'],
  ['it\u00B4s', 'it s'],
  ['10\u20AC £5 ¶', '10 5'],
  ['\u{1D400}\u{1D401}\u{1D402}', 'abc'],
  ['\u{1F600} smile \u2764\uFE0F', 'smile'],
  // Greek and Cyrillic
  ['ΟΔΥΣΣΕΥΣ οδος', 'οδυσσευσ οδοσ'],
  ['Άλφα', 'αλφα'],
  ['\u1FB3', 'αι'],
  ['Москва Ёж Йод', 'москва еж иод'],
  ['Київ', 'киів'],
  ['\u0435\u0308', 'е'],
  // Other scripts with blanks: marks stay
  ['العَرَبِيَّة', 'العَرَبِيَّة'],
  ['שָׁלוֹם', 'שָׁלוֹם'],
  ['हिन्दी भाषा', 'हिन्दी भाषा'],
  ['தமிழ்', 'தமிழ்'],
  ['ქართული', 'ქართული'],
  ['Հայերեն', 'հայերեն'],
  ['\u13A0 \uAB70', '\u13A0 \u13A0'],
  ['\u{10400}', '\u{10428}'],
  ['١٢٣', '١٢٣'],
  ['\uE000\uE001 \u{F0000}', '\uE000\uE001 \u{F0000}'],
  // Marks
  ['\u0301abc', 'abc'],
  ['\u0301', ''],
  ['=\u0338x', 'x'],
  ['1\u20E3', '1\u20E3'],
  ['क\u0301', 'क\u0301'],
  // Scripts without blanks
  ['内', '内'],
  ['内核', '内核 核'],
  ['内核开发', '内核 核开 开发 发'],
  ['内核3', '内核 核 3'],
  ['Linux内核', 'linux 内核 核'],
  ['内核。开发', '内核 核 开发 发'],
  ['内 核', '内 核'],
  ['𠀀𠀁', '𠀀𠀁 𠀁'],
  ['々〇', '々〇 〇'],
  ['サーバー', 'サー ーバ バー ー'],
  ['ｻｰﾊﾞｰ', 'サー ーバ バー ー'],
  ['がぎ か\u3099', 'がぎ ぎ が'],
  ['漢字かな', '漢字 字か かな な'],
  ['한국어', '한국 국어 어'],
  ['\u1112\u1161\u11AB\u1100\u116E\u11A8', '한국 국'],
  ['ㄅㄆㄇ', 'ㄅㄆ ㄆㄇ ㄇ'],
  ['ภาษาไทย', 'ภา าษ ษา าไ ไท ทย ย'],
  ['ที่นี่', 'ที่นี่ นี่'],
  ['กำ', 'ก\u0E4Dา า'],
  ['ພາສາ', 'ພາ າສ ສາ າ'],
  ['ភាសា', 'ភាសា សា'],
  ['မြို့မ', 'မြို့မ မ'],
  ['中1文2', '中 1 文 2'],
  [`内${'\u0301'.repeat(70)}核`, `内${'\u0301'.repeat(63)} 核`],
];

describe('tokens', () => {
  it.each(TABLE)('of %j are %j', (text, tokens) => {
    const analyzer = createAnalyzer();
    analyzer.begin(1000);
    analyzer.add(Buffer.from(text));
    expect(analyzer.end()).toBe(tokens);
    analyzer.begin(1000);
    analyzer.addString(`(${text})`);
    expect(analyzer.end()).toBe(tokens);
  });

  it.each([
    [[0x63, 0x61, 0x66, 0xe9, 0x20, 0x78], 'caf x'],
    [[0xe4, 0xb8, 0x20, 0x78], 'x'],
    [[0xe4, 0xb8, 0xad, 0xe4, 0xb8], '中'],
    [[0xed, 0xa0, 0x80, 0x61], 'a'],
    [[0xc0, 0xaf, 0x61, 0xf5, 0x62], 'a b'],
    [[0xef, 0xbb, 0xbf, 0x61], 'a'],
  ])('of the bytes %j are %j', (bytes, tokens) => {
    const analyzer = createAnalyzer();
    analyzer.begin(1000);
    analyzer.add(Uint8Array.from(bytes));
    expect(analyzer.end()).toBe(tokens);
  });
});

describe('an analyser', () => {
  it('takes a stretch of a larger buffer and ends its tokens there', () => {
    const analyzer = createAnalyzer();
    analyzer.begin(1000);
    analyzer.add(Buffer.from('xxabcyy'), 2, 5);
    analyzer.add(Buffer.from('中文国'), 0, 6);
    expect(analyzer.end()).toBe('abc 中文 文');
  });

  it('begins each field anew', () => {
    const analyzer = createAnalyzer();
    analyzer.begin(1);
    analyzer.addString('one two');
    analyzer.boundary();
    analyzer.begin(10);
    expect([analyzer.written, analyzer.cut, analyzer.end()]).toEqual([0, 0, '']);
    analyzer.addString('three');
    expect(analyzer.end()).toBe('three');
  });

  it('counts the marks of a run from its own beginning', () => {
    const analyzer = createAnalyzer();
    analyzer.begin(Number.POSITIVE_INFINITY);
    analyzer.addString(`ب${'\u0301'.repeat(100)}`);
    analyzer.addString('\u0345 ب\u064E');
    expect(analyzer.end()).toBe(`ب${'\u0301'.repeat(63)} ι ب\u064E`);
    expect(analyzer.written).toBe(3);
  });

  it('still stems right after more different words than it remembers', () => {
    const analyzer = createAnalyzer();
    analyzer.begin(1_000_000);
    const words = Array.from({ length: 150_000 }, (_, i) => `${lettersFor(i)}izations`);
    analyzer.addString(words.join(' '));
    const stems = analyzer.end().split(' ');
    expect(stems).toEqual(words.map((word) => word.slice(0, -'izations'.length)));
  });

  it.each([
    ['a word of 10 MB', 'x'.repeat(10_000_000), 'x'.repeat(64)],
    ['a word of 3 MB that ends beyond ASCII', `${'x'.repeat(3_000_000)}é`, 'x'.repeat(64)],
    ['a million marks after a Latin letter', `a${'\u0301\u0316'.repeat(500_000)}b`, 'ab'],
    ['a million marks after another', `ب${'\u0316'.repeat(1_000_000)}`, `ب${'\u0316'.repeat(63)}`],
    [
      'marks of two kinds in turn',
      `ب${'\u0301\u0316'.repeat(500_000)}`,
      `ب${'\u0316'.repeat(32)}${'\u0301'.repeat(31)}`,
    ],
    ['a million vowels of Hangul', `\u1161`.repeat(1_000_000), '\u1161'.repeat(64)],
  ])('takes %s', (_, text, tokens) => {
    const analyzer = createAnalyzer();
    analyzer.begin(1000);
    analyzer.addString(text);
    expect(analyzer.end()).toBe(tokens);
  });
});

/** A different word with three sequences of vowel and consonant for each number, which no step of the stemmer shortens. */
function lettersFor(number: number): string {
  const digits = number.toString(10).padStart(6, '0');
  return `tab${[...digits].map((digit) => 'bcdfghkmpt'[Number(digit)]).join('')}ab`;
}
