import { RE2JS } from 're2js';
import { LIMITS } from '../limits.ts';
import { shown } from './shown.ts';

/** A regular expression ready to be tried, or why it cannot be read. */
export type ReadRegex =
  | { readonly kind: 'regex'; readonly matches: (value: string) => boolean }
  | { readonly kind: 'problem'; readonly reason: string };

/** What patterns for other engines have and no engine can do in linear time, or spells otherwise. */
const ELSEWHERE: readonly (readonly [pattern: RegExp, reason: string])[] = [
  [/^\\[1-9]/u, 'it refers back to a group (a backreference), which this dialect leaves out'],
  [/^\(\?(?:[=!]|<[=!])/u, 'it looks ahead or behind, which this dialect leaves out'],
  [/^\(\?>/u, 'it has an atomic group, which this dialect leaves out'],
];
const COUNTS = /\{(\d+)(?:,(\d*))?\}/gu;

/**
 * Reads a regular expression in the dialect of RE2, whose time to match rises with the length of the value and never faster. It matches
 * anywhere in a value, in either case, composed and decomposed letters alike.
 */
export function readRegex(pattern: string): ReadRegex {
  if (sizeOf(pattern) > LIMITS.regexSize)
    return { kind: 'problem', reason: 'its repetitions make it too large: ask for fewer' };
  try {
    const regex = RE2JS.compile(pattern.normalize('NFC'), RE2JS.CASE_INSENSITIVE);
    return { kind: 'regex', matches: (value) => regex.test(value.normalize('NFC')) };
  } catch (error) {
    return { kind: 'problem', reason: reasonOf(error) };
  }
}

/** Repetitions with a count are written out that often: what they may grow to. */
function sizeOf(pattern: string): number {
  let counts = 0;
  for (const [, least = '0', most = ''] of pattern.matchAll(COUNTS))
    counts += Number(most === '' ? least : most);
  return pattern.length * Math.max(counts, 1);
}

/** Where data enters: the reader of patterns says what is wrong and where. */
function reasonOf(error: unknown): string {
  const { error: what, input } = error as { readonly error?: unknown; readonly input?: unknown };
  if (typeof what !== 'string') return 'it is no regular expression of this dialect';
  // The flags that it was given stand in front.
  const place = typeof input === 'string' ? input.replace(/^\(\?i\)/u, '') : '';
  const known = ELSEWHERE.find(([start]) => start.test(place));
  if (known !== undefined) return known[1];
  return place === '' ? what : `${what} at ${shown(place)}`;
}
