// Hot: bench/src/cases/analyze.ts. Works on bytes in place, without a string or an object per word.

/** An ending and what takes its place. */
type Rule = readonly [ending: string, replacement: string];

const A = 0x61;
const E = 0x65;
const I = 0x69;
const L = 0x6c;
const O = 0x6f;
const S = 0x73;
const T = 0x74;
const U = 0x75;
const W = 0x77;
const X = 0x78;
const Y = 0x79;
const Z = 0x7a;

// Where one ending is the tail of another, the longer stands first.
const STEP_2: readonly Rule[] = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
  ['logi', 'log'],
];

const STEP_3: readonly Rule[] = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const STEP_4: readonly string[] = [
  'al',
  'ance',
  'ence',
  'er',
  'ic',
  'able',
  'ible',
  'ant',
  'ement',
  'ment',
  'ent',
  'ou',
  'ism',
  'ate',
  'iti',
  'ous',
  'ive',
  'ize',
];

/** The shortest word that is stemmed. */
export const SHORTEST_STEMMED = 3;

/**
 * Stems the word in `bytes[start, end)`, all of it lower-case letters a–z and three of them at least, in place.
 * The algorithm is M. F. Porter's first ("An algorithm for suffix stripping", Program 14(3), 1980) as its author's own program
 * has it: `bli` where the paper has `abli`, and `logi` besides. An ending counts only where at least one letter stands before it.
 * @returns the end of the stem, never beyond `end`
 */
export function stemBytes(bytes: Uint8Array, start: number, end: number): number {
  let to = dropPlural(bytes, start, end);
  to = dropPast(bytes, start, to);
  if (bytes[to - 1] === Y && to - 1 > start && hasVowel(bytes, start, to - 1)) bytes[to - 1] = I;
  to = replaceEnding(bytes, start, to, STEP_2);
  to = replaceEnding(bytes, start, to, STEP_3);
  to = dropLongEnding(bytes, start, to);
  return dropLastE(bytes, start, to);
}

/** The stem of a token: of three or more letters a–z and nothing else by Porter, of anything else the token itself. */
export function stem(token: string): string {
  if (!/^[a-z]{3,}$/.test(token)) return token;
  const bytes = Buffer.from(token, 'latin1');
  return bytes.toString('latin1', 0, stemBytes(bytes, 0, bytes.length));
}

function dropPlural(bytes: Uint8Array, start: number, end: number): number {
  if (bytes[end - 1] !== S || end - start < 3) return end;
  if (endsWith(bytes, start, end, 'sses') || endsWith(bytes, start, end, 'ies')) return end - 2;
  return bytes[end - 2] === S ? end : end - 1;
}

function dropPast(bytes: Uint8Array, start: number, end: number): number {
  if (endsWith(bytes, start, end, 'eed')) return measure(bytes, start, end - 3) > 0 ? end - 1 : end;
  const length = endsWith(bytes, start, end, 'ed') ? 2 : endsWith(bytes, start, end, 'ing') ? 3 : 0;
  const to = end - length;
  if (length === 0 || !hasVowel(bytes, start, to)) return end;
  const closesWithE =
    endsIn(bytes, start, to, 'at') || endsIn(bytes, start, to, 'bl') || endsIn(bytes, start, to, 'iz');
  if (closesWithE) return append(bytes, to, E);
  if (isDoubled(bytes, start, to)) return to - 1;
  return isShort(bytes, start, to) ? append(bytes, to, E) : to;
}

function replaceEnding(bytes: Uint8Array, start: number, end: number, rules: readonly Rule[]): number {
  for (const [ending, replacement] of rules) {
    if (!endsWith(bytes, start, end, ending)) continue;
    let to = end - ending.length;
    if (measure(bytes, start, to) === 0) return end;
    for (let i = 0; i < replacement.length; i++) bytes[to++] = replacement.charCodeAt(i);
    return to;
  }
  return end;
}

function dropLongEnding(bytes: Uint8Array, start: number, end: number): number {
  for (const ending of STEP_4) {
    if (!endsWith(bytes, start, end, ending)) continue;
    const to = end - ending.length;
    return measure(bytes, start, to) > 1 ? to : end;
  }
  if (!endsWith(bytes, start, end, 'ion')) return end;
  const to = end - 3;
  const before = bytes[to - 1];
  return (before === S || before === T) && measure(bytes, start, to) > 1 ? to : end;
}

function dropLastE(bytes: Uint8Array, start: number, end: number): number {
  let to = end;
  if (bytes[end - 1] === E && end - 1 > start) {
    const m = measure(bytes, start, end - 1);
    if (m > 1 || (m === 1 && !isShort(bytes, start, end - 1))) to = end - 1;
  }
  const doubleL = bytes[to - 1] === L && to - 2 >= start && bytes[to - 2] === L;
  return doubleL && measure(bytes, start, to) > 1 ? to - 1 : to;
}

/** Whether the word ends so with at least one letter before it. */
function endsWith(bytes: Uint8Array, start: number, end: number, ending: string): boolean {
  return end - ending.length > start && endsIn(bytes, start, end, ending);
}

function endsIn(bytes: Uint8Array, start: number, end: number, ending: string): boolean {
  const from = end - ending.length;
  if (from < start) return false;
  for (let i = ending.length - 1; i >= 0; i--) if (bytes[from + i] !== ending.charCodeAt(i)) return false;
  return true;
}

function append(bytes: Uint8Array, end: number, letter: number): number {
  bytes[end] = letter;
  return end + 1;
}

/** A vowel is one of aeiou, or y behind a consonant. */
function isVowel(letter: number | undefined, afterConsonant: boolean): boolean {
  if (letter === Y) return afterConsonant;
  return letter === A || letter === E || letter === I || letter === O || letter === U;
}

/** Porter's m: how often a run of vowels is followed by a run of consonants. */
function measure(bytes: Uint8Array, start: number, end: number): number {
  let m = 0;
  let vowel = false;
  for (let i = start; i < end; i++) {
    const was = vowel;
    vowel = isVowel(bytes[i], i > start && !was);
    if (was && !vowel) m++;
  }
  return m;
}

function hasVowel(bytes: Uint8Array, start: number, end: number): boolean {
  for (let i = start; i < end; i++) if (isVowel(bytes[i], i > start)) return true;
  return false;
}

/** Ends in a double consonant other than l, s, z. */
function isDoubled(bytes: Uint8Array, start: number, end: number): boolean {
  const last = bytes[end - 1];
  if (end - 2 < start || last !== bytes[end - 2]) return false;
  return last !== L && last !== S && last !== Z && last !== Y && !isVowel(last, false);
}

/** Consonants, one vowel, one consonant other than w, x, y, and nothing else: `hop`, `fil`, `string`, not `how` or `over`. */
function isShort(bytes: Uint8Array, start: number, end: number): boolean {
  let at = start;
  while (at < end && !isVowel(bytes[at], at > start)) at++;
  if (at === start || at !== end - 2) return false;
  const last = bytes[end - 1];
  return last !== W && last !== X && last !== Y && !isVowel(last, false);
}
