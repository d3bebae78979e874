import { LIMITS } from '../limits.ts';

/** A mark, or one of the two halfwidth signs that become one. */
export const MARK_LIKE: RegExp = /[\p{M}\uFF9E\uFF9F]/u;

/**
 * What normalisation may reorder behind, strip from or compose with the code point before it: marks, vowels and finals of Hangul, and
 * one vowel sign of Kirat Rai. A test finds them all.
 */
export const JOINS_BACK: RegExp = /[\p{M}\u1161-\u1175\u11A8-\u11C2\u{16D67}]/u;

const LETTER_WITH_MARKS = /([\p{L}&&[\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}]])\p{M}+/gv;

/**
 * Contract, section 8, rule 1: NFKD, full case folding, marks stripped after Latin, Greek and Cyrillic letters, NFC.
 * By the Unicode tables of the running Node. Time grows with the square of a run of marks: callers bound those.
 */
export function normalForm(text: string): string {
  return foldCase(text.normalize('NFKD')).replace(LETTER_WITH_MARKS, '$1').normalize('NFC');
}

/**
 * Full case folding (CaseFolding.txt, status C and F) of text in NFKD.
 *
 * The language has no such function. Of the code points that folding changes at all (the property Changes_When_Casefolded) and
 * that NFKD leaves standing, upper case and then lower case, each alone, gives the folding of all but two kinds: capital sharp s,
 * whose own lower case is ß and not ss, and Cherokee, which folds to its capitals. A test compares every code point with the table.
 */
export function foldCase(text: string): string {
  return text.replace(/\p{Changes_When_Casefolded}/gu, foldCharacter);
}

function foldCharacter(character: string): string {
  if (character === '\u1E9E') return 'ss';
  const upper = character.toUpperCase();
  return /\p{Script=Cherokee}/u.test(character) ? upper : upper.toLowerCase();
}

const TOO_MANY_MARKS = new RegExp(`(${MARK_LIKE.source}{${LIMITS.marksTogether}})${MARK_LIKE.source}+`, 'gu');

/** Leaves of each run of marks the first LIMITS.marksTogether, so that any normalisation takes linear time. */
export function boundMarks(text: string): string {
  return text.replace(TOO_MANY_MARKS, '$1');
}
