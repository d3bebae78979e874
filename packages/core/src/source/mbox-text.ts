// Hot: bench/src/cases/read.ts.
import { isLoosePostmark, parsePostmark } from './postmark.ts';
import { FROM, lineAt, lineEndBefore } from './separator.ts';

const LF = 10;
const CR = 13;
const MARK = 62; // >
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
    const above = bytes[lineStart - 1];
    if (lineStart === 0 || above === LF || above === CR) {
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

/** The end of a message's text, less the one blank line (LF, CRLF or CR) that ends a message in an mbox. */
export function withoutBlankLine(bytes: Uint8Array, start: number, end: number): number {
  const blank = lineEndBefore(bytes, end, start);
  return blank === start || (blank < end && lineEndBefore(bytes, blank, start) < blank) ? blank : end;
}

/** Length of a postmark line at the very front, dated or not, its line end included; 0 where there is none. */
export function postmarkLineBytes(bytes: Buffer): number {
  if (!bytes.subarray(0, FROM.length).equals(FROM)) return 0;
  const line = lineAt({ bytes, begin: 0, ended: true }, 0);
  if (line === null || line === 'unsure') return 0;
  const rest = bytes.toString('latin1', FROM.length, line.end);
  // A line without an end is a separator that was torn.
  return parsePostmark(rest) !== null || (line.end < bytes.length && isLoosePostmark(rest)) ? line.next : 0;
}
