import { decodeText, normalLabel } from './charset.ts';
import { decodeQuotedPrintable } from './quoted-printable.ts';

interface Word {
  readonly charset: string;
  readonly bytes: Buffer;
  /** Behind the closing `?=`. */
  readonly end: number;
}

/** Longest charset label, language suffix included, that is taken for one. */
const MAX_LABEL = 60;

/** Decoded text on one line: control characters become blanks, and blanks are collapsed. */
export function decodeLine(value: string): string {
  const text = value.includes('=?') ? decodeWords(value) : value;
  return /[\x00-\x1f\x7f]|^ | $| {2}/.test(text) ? text.replace(/[\x00-\x20\x7f]+/g, ' ').trim() : text;
}

/** The same of a value whose blanks are collapsed already, as headerValues gives it. */
export function decodeValue(value: string): string {
  return value.includes('=?') ? decodeLine(value) : value;
}

/**
 * Decodes the encoded words (RFC 2047, RFC 2231 language suffixes) of an unfolded header value. Blanks between two of them vanish; the bytes
 * of neighbours in one charset are put together first, so that a character may be split over two. What is no whole encoded word stays as it is.
 */
function decodeWords(value: string): string {
  if (!value.includes('=?')) return value;
  let out = '';
  let copied = 0;
  let at = value.indexOf('=?');
  // Words that follow each other in one charset, waiting to be decoded together.
  let label = '';
  let waiting: Buffer[] = [];
  while (at !== -1) {
    const word = wordAt(value, at);
    if (word === null) {
      at = value.indexOf('=?', at + 2);
      continue;
    }
    const between = value.slice(copied, at);
    const adjoins = waiting.length > 0 && between.trim() === '';
    // Shifts between sets begin anew in each word of an ISO-2022 charset: those are decoded one by one.
    if (!adjoins || label !== word.charset || label.startsWith('iso-2022-')) {
      out += decodeAll(waiting, label);
      waiting = [];
      label = word.charset;
    }
    if (!adjoins) out += between;
    waiting.push(word.bytes);
    copied = word.end;
    at = value.indexOf('=?', copied);
  }
  return out + decodeAll(waiting, label) + value.slice(copied);
}

function decodeAll(parts: readonly Buffer[], label: string): string {
  const [first] = parts;
  if (first === undefined) return '';
  return decodeText(parts.length === 1 ? first : Buffer.concat(parts), label);
}

function wordAt(value: string, at: number): Word | null {
  let mark = at + 2;
  const bound = Math.min(value.length, mark + MAX_LABEL);
  while (mark < bound && value.charCodeAt(mark) > 32 && value.charCodeAt(mark) !== 63) mark++;
  if (value.charCodeAt(mark) !== 63 || value.charCodeAt(mark + 2) !== 63) return null;
  const encoding = value.charCodeAt(mark + 1) | 32;
  const isQ = encoding === 113;
  if (!isQ && encoding !== 98) return null;
  const start = mark + 3;
  // Another word begins before this one ends: this is none. Looked for first, so that a row of openings is not searched again and again.
  const opening = value.indexOf('=?', start);
  const close =
    opening === -1 ? value.indexOf('?=', start) : value.slice(start, opening + 3).indexOf('?=') + start;
  if (close < start) return null;
  const label = value.slice(at + 2, mark);
  const star = label.indexOf('*');
  const charset = normalLabel(star === -1 ? label : label.slice(0, star));
  const encoded = value.slice(start, close);
  const bytes = isQ
    ? decodeQuotedPrintable(Buffer.from(encoded.replaceAll('_', ' '), 'utf8'))
    : decodeB(encoded);
  return { charset, bytes, end: close + 2 };
}

/** Base64 that may have been put together from padded pieces. */
function decodeB(encoded: string): Buffer {
  const padding = encoded.indexOf('=');
  if (padding === -1 || /^[=\s]*$/.test(encoded.slice(padding))) return Buffer.from(encoded, 'base64');
  return Buffer.concat(encoded.split(/=+/).map((piece) => Buffer.from(piece, 'base64')));
}
