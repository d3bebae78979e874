/**
 * What a code point of normalised text does in the cutting of tokens. Classes from `base` on belong to scripts written without
 * blanks between words; those from `extend` on are marks.
 */
export const CLASS = {
  /** No letter, mark, digit or private-use character: ends a run. */
  none: 1,
  /** A letter or digit of a script with blanks between words. */
  word: 2,
  /** A letter or digit of a script without, by what the boundaries of grapheme clusters depend on (UAX #29). */
  base: 3,
  consonant: 4,
  hangulL: 5,
  hangulV: 6,
  hangulT: 7,
  hangulLV: 8,
  hangulLVT: 9,
  /** A mark that joins the cluster before it and lets a linker behind it still join two consonants. */
  extend: 10,
  /** A mark that joins and, between two consonants, joins those as well. */
  linker: 11,
  /** A mark that joins, and between consonants stands in a linker's way. */
  spacing: 12,
  /** A mark that begins a cluster of its own. */
  apart: 13,
} as const;

export type CharacterClass = (typeof CLASS)[keyof typeof CLASS];

// Signs that Unicode shares out between Han and the kana; nowhere else are they letters.
const DENSE =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Bopomofo}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\u3006\u3031-\u3035\u303C\u30FC]/u;

// The parts of UAX #29 (Unicode 17) that no property of regular expressions gives. A test holds them against the running ICU.
const APART =
  /[\u102B\u102C\u1038\u1062-\u1064\u1067-\u106D\u1083\u1087-\u108C\u108F\u109A-\u109C\u1A61\u1A63\u1A64\uAA7B\uAA7D\u{11720}\u{11721}]/u;
const LINKER =
  /[\u094D\u09CD\u0ACD\u0B4D\u0C4D\u0D4D\u1039\u17D2\u1A60\u1B44\u1BAB\uA9C0\uAAF6\u{10A3F}\u{11133}\u{113D0}\u{1193E}\u{11A47}\u{11A99}\u{11F42}]/u;
const SPACING_BUT_EXTENDING =
  /[\u09BE\u09D7\u0B3E\u0B57\u0BBE\u0BD7\u0CC0\u0CC2\u0CC7\u0CC8\u0CCA\u0CCB\u0CD5\u0CD6\u0D3E\u0D57\u0DCF\u0DDF\u1715\u1734\u1B35\u1B3B\u1B3D\u1B43\u1B44\u1BAA\u1BF2\u1BF3\u302E\u302F\uA953\uA9C0\u{111C0}\u{11235}\u{1133E}\u{1134D}\u{11357}\u{113B8}\u{113C2}\u{113C5}\u{113C7}-\u{113C9}\u{113CF}\u{114B0}\u{114BD}\u{115AF}\u{116B6}\u{11930}\u{1193D}\u{11F41}\u{16FF0}\u{16FF1}\u{1D165}\u{1D166}\u{1D16D}-\u{1D172}]/u;
const CONSONANT =
  /[\u1000-\u102A\u103F\u1050-\u1055\u105A-\u105D\u1061\u1065\u1066\u106E-\u1070\u1075-\u1081\u108E\u1780-\u17B3\uA9E0-\uA9E4\uA9E7-\uA9EF\uA9FA-\uA9FE\uAA60-\uAA6F\uAA71-\uAA73\uAA7A\uAA7E\uAA7F]/u;

const HANGUL_FIRST = 0xac00;
const HANGUL_LAST = 0xd7a3;
const HANGUL_PER_LV = 28;

export function characterClass(codePoint: number): CharacterClass {
  const character = String.fromCodePoint(codePoint);
  if (/\p{M}/u.test(character)) return markClass(character);
  if (!/[\p{L}\p{N}\p{Co}]/u.test(character)) return CLASS.none;
  if (!DENSE.test(character)) return CLASS.word;
  if (CONSONANT.test(character)) return CLASS.consonant;
  return hangulClass(codePoint);
}

function markClass(character: string): CharacterClass {
  if (APART.test(character)) return CLASS.apart;
  if (LINKER.test(character)) return CLASS.linker;
  return /\p{Mc}/u.test(character) && !SPACING_BUT_EXTENDING.test(character) ? CLASS.spacing : CLASS.extend;
}

function hangulClass(codePoint: number): CharacterClass {
  if (codePoint >= HANGUL_FIRST && codePoint <= HANGUL_LAST)
    return (codePoint - HANGUL_FIRST) % HANGUL_PER_LV === 0 ? CLASS.hangulLV : CLASS.hangulLVT;
  if (within(codePoint, 0x1100, 0x115f) || within(codePoint, 0xa960, 0xa97c)) return CLASS.hangulL;
  if (within(codePoint, 0x1160, 0x11a7) || within(codePoint, 0xd7b0, 0xd7c6)) return CLASS.hangulV;
  if (within(codePoint, 0x11a8, 0x11ff) || within(codePoint, 0xd7cb, 0xd7fb)) return CLASS.hangulT;
  return CLASS.base;
}

function within(codePoint: number, first: number, last: number): boolean {
  return codePoint >= first && codePoint <= last;
}
