import { createHash } from 'node:crypto';
import { LIMITS } from '../limits.ts';
import { boundMarks } from './normal-form.ts';

const ASCII = /^[\x00-\x7f]*$/;
const HASH_DIGITS = 32;
const CLOSING_BYTES = 1 + HASH_DIGITS;

/** How letters compare: as they stand, or in lower case. */
export type LetterCase = 'exact' | 'lower';

/** The form in which a keyword is kept and asked for: NFC without blanks around it, lower case where told, and not too long. */
export function normalizeKeyword(value: string, letterCase: LetterCase): string {
  return closeKeyword(keywordForm(value, letterCase));
}

/** The form before it is cut. */
export function keywordForm(value: string, letterCase: LetterCase): string {
  // Nothing of ASCII is changed by normalisation.
  if (ASCII.test(value)) return letterCase === 'lower' ? value.trim().toLowerCase() : value.trim();
  const form = boundMarks(value.toWellFormed()).trim().normalize('NFC');
  return letterCase === 'lower' ? form.toLowerCase().normalize('NFC') : form;
}

/**
 * Cuts a form of more than LIMITS.keywordBytes of UTF-8, so that `~` and 32 hex digits of the SHA-256 of the whole form close it at
 * that length or a little before.
 */
export function closeKeyword(form: string): string {
  if (form.length * 3 <= LIMITS.keywordBytes) return form;
  const bytes = Buffer.from(form);
  if (bytes.length <= LIMITS.keywordBytes) return form;
  const hash = createHash('sha256').update(bytes).digest('hex').slice(0, HASH_DIGITS);
  return `${wholeCodePoints(bytes, LIMITS.keywordBytes - CLOSING_BYTES)}~${hash}`;
}

/** The most code points from the start that fit into so many bytes. */
function wholeCodePoints(bytes: Buffer, most: number): string {
  let end = most;
  while (end > 0 && ((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString('utf8', 0, end);
}
