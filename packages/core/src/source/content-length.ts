import { LIMITS } from '../limits.ts';
import type { MboxView } from './separator.ts';

/** Bytes of a file's beginning that tell whether its messages bear Content-Length headers (mboxcl, mboxcl2). */
export const HEAD_BYTES: number = 64 * 1024;

/** Bytes of a header in which the length is looked for. */
export const HEADER_BYTES: number = 64 * 1024;
/** Nearly all headers are shorter. */
const FIRST_LOOK = 4 * 1024;

/**
 * Whether an mbox may be one whose lengths count: the header occurs in its first HEAD_BYTES. Such a file is read from its start whatever range is
 * asked for: whether a line within it separates is known only by the lengths before it.
 * @param head the file's first HEAD_BYTES, or all of it
 */
export function mayBearLengths(head: Buffer): boolean {
  return head.includes('ontent-Length:') || head.includes('ontent-length:');
}

/**
 * Index at which a message ends by its Content-Length header: that many bytes behind the blank line that ends its header. Null: it has none, or one
 * beyond LIMITS.messageBytes. Whether it is true is for separatorAfterLength to say.
 * @param text index of the header's first byte
 * @returns 'unsure' where more bytes are needed
 */
export function claimedEnd(view: MboxView, text: number): number | null | 'unsure' {
  const { bytes, ended } = view;
  for (const look of [FIRST_LOOK, HEADER_BYTES]) {
    const head = bytes.toString('latin1', text, text + look);
    const blank = /\r\n\r\n|\n\r?\n|\r\r(?!\n)/.exec(head);
    // A line end at the very end may be half of one.
    if (blank !== null && (ended || blank.index + blank[0].length < head.length)) {
      return lengthIn(head.slice(0, blank.index), text + blank.index + blank[0].length);
    }
    if (head.length < look) return ended ? null : 'unsure';
  }
  return null;
}

function lengthIn(header: string, body: number): number | null {
  // Another message's header stands in this one.
  if (/(?:^|[\r\n])From /.test(header)) return null;
  const last = [...header.matchAll(/(?:^|[\r\n])content-length:[ \t]*(\d{1,10})[ \t]*(?=[\r\n]|$)/gi)].at(-1);
  if (last === undefined) return null;
  const length = Number(last[1]);
  return length > LIMITS.messageBytes ? null : body + length;
}
