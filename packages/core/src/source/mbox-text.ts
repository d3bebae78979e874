// Hot: bench/src/cases/read.ts.
import { isLoosePostmark, POSTMARK_BYTES } from './postmark.ts';

const LF = 10;
const CR = 13;
const MARK = 62; // >
const FROM = Buffer.from('From ');
const ESCAPED = Buffer.from('>From ');

/**
 * Takes one `>` off every line of `>`s and `From ` (mboxrd; of mboxo's single `>` the same), in place.
 * @returns how many of the bytes are left, at the front
 */
export function unescapeFrom(bytes: Buffer): number {
  let found = bytes.indexOf(ESCAPED);
  if (found === -1) return bytes.length;
  let write = 0;
  let read = 0;
  while (found !== -1) {
    let lineStart = found;
    while (lineStart > read && bytes[lineStart - 1] === MARK) lineStart--;
    if (lineStart === 0 || bytes[lineStart - 1] === LF) {
      if (write !== read) bytes.copyWithin(write, read, lineStart);
      write += lineStart - read;
      read = lineStart + 1;
    }
    found = bytes.indexOf(ESCAPED, found + ESCAPED.length);
  }
  if (write === read) return bytes.length;
  bytes.copyWithin(write, read);
  return write + bytes.length - read;
}

/** The end of a message's text, less the one blank line (LF or CRLF) that ends a message in an mbox. */
export function withoutBlankLine(bytes: Uint8Array, start: number, end: number): number {
  if (end === start || bytes[end - 1] !== LF) return end;
  const cr = end - 2 >= start && bytes[end - 2] === CR;
  const blank = end - (cr ? 2 : 1);
  return blank === start || bytes[blank - 1] === LF ? blank : end;
}

/** Length of a postmark line at the very front, dated or not, its line end included; 0 where there is none. */
export function postmarkLineBytes(bytes: Buffer): number {
  if (!bytes.subarray(0, FROM.length).equals(FROM)) return 0;
  const lf = bytes.indexOf(LF);
  if (lf === -1 || lf > POSTMARK_BYTES) return 0;
  return isLoosePostmark(bytes.toString('latin1', FROM.length, lf)) ? lf + 1 : 0;
}
