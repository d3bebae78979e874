import { isLoosePostmark, POSTMARK_BYTES, parsePostmark } from './postmark.ts';
import type { Postmark } from './postmark-date.ts';

/** A line that begins a message in an mbox. Indexes are of the view it was found in. */
export interface Separator {
  readonly at: number;
  /** Where its message's text begins: behind the line's end. */
  readonly text: number;
  readonly postmark: Postmark;
}

/** What is at hand of a file. */
export interface MboxView {
  readonly bytes: Buffer;
  /** Index at which the file begins, behind a byte order mark; -1 where its beginning is not at hand. */
  readonly begin: number;
  /** The file ends where the bytes do. */
  readonly ended: boolean;
}

/** Bytes before a separator that are looked at: the line above it. */
export const LOOK_BEHIND: number = POSTMARK_BYTES + 8;
/** Bytes behind a separator that are looked at: the first header lines, and the name of the first one. */
const LOOK_AHEAD = 4096;
const FIRST_HEADER = 128;

export const FROM: Buffer = Buffer.from('From ');

const LF = 10;
const CR = 13;
/** CR CR LF and the like are one line end. */
const MOST_CR = 4;

/** Headers that a mail begins with. Of the lines behind a separator without a blank line above it one is of these. */
const MAIL_HEADERS: ReadonlySet<string> = new Set([
  'from',
  'to',
  'date',
  'subject',
  'received',
  'return-path',
  'message-id',
  'delivered-to',
  'envelope-to',
  'x-original-to',
  'x-envelope-from',
  'sender',
  'reply-to',
  'mime-version',
  'status',
  'x-status',
  'x-mozilla-status',
]);

/** A line above a `From ` line that makes it part of the text: quoted, an introduction, another separator. */
const INTRODUCES = /^[>|]|^From |:[ \t]*$|forward|original message/i;

/**
 * Whether a separator stands at an index, where `From ` has been found. A line separates if it is a dated postmark (postmark.ts) at the file's start
 * or behind a blank line. Without a blank line it separates only if two header lines follow it directly, one of them of a kind that every mail
 * has, and the line above does not lead up to a quotation. Any other line is text.
 * @returns 'unsure' where more bytes are needed
 */
export function separatorAt(view: MboxView, at: number): Separator | null | 'unsure' {
  const { bytes, begin } = view;
  const above = bytes[at - 1];
  if (above !== LF && above !== CR && at !== begin) return null;
  const line = lineAt(view, at);
  if (line === null || line === 'unsure') return line;
  const postmark = parsePostmark(bytes.toString('latin1', at + FROM.length, line.end));
  if (postmark === null) return null;
  const separator = { at, text: line.next, postmark };
  if (at === begin || isBehindBlankLine(view, at)) return separator;
  if (INTRODUCES.test(lineAbove(bytes, at))) return null;
  const followed = isFollowedByHeader(view, line.next);
  return followed === true ? separator : followed === 'unsure' ? followed : null;
}

/**
 * The same of a file's first line.
 * @param loose it need bear no date (`From ann@example.org`) if a header line follows
 */
export function firstSeparatorAt(view: MboxView, at: number, loose: boolean): Separator | null | 'unsure' {
  const { bytes } = view;
  if (!bytes.subarray(at, at + FROM.length).equals(FROM)) return null;
  const line = lineAt(view, at);
  if (line === null || line === 'unsure') return line;
  const rest = bytes.toString('latin1', at + FROM.length, line.end);
  const postmark = parsePostmark(rest);
  if (postmark !== null) return { at, text: line.next, postmark };
  if (!loose) return null;
  const isHeader = /^[!-9;-~]+[ \t]*:/.test(bytes.toString('latin1', line.next, line.next + 128));
  return isLoosePostmark(rest) && isHeader ? { at, text: line.next, postmark: { date: null } } : null;
}

/**
 * What stands where a message ends by its Content-Length: a dated postmark, behind up to two line ends, or 'end': the file does. Null where neither
 * is the case, so that the length is a lie.
 */
export function separatorAfterLength(view: MboxView, at: number): Separator | 'end' | null | 'unsure' {
  const { bytes, ended } = view;
  if (!ended && bytes.length < at + POSTMARK_BYTES + 2 * MOST_CR) return 'unsure';
  // The last line end may be missing.
  if (at > bytes.length + 2) return null;
  let start = Math.min(at, bytes.length);
  for (let lineEnds = 0; lineEnds <= 2; lineEnds++) {
    if (start === bytes.length) return 'end';
    const above = bytes[start - 1];
    if ((above === LF || above === CR) && bytes.subarray(start, start + FROM.length).equals(FROM)) {
      const line = lineAt(view, start);
      if (line === null || line === 'unsure') return line;
      const postmark = parsePostmark(bytes.toString('latin1', start + FROM.length, line.end));
      return postmark === null ? null : { at: start, text: line.next, postmark };
    }
    const next = behindLineEnd(bytes, start);
    if (next === start) return null;
    start = next;
  }
  return null;
}

interface Line {
  readonly end: number;
  readonly next: number;
}

/** The line at an index: LF, CR LF (or several CR and LF) or CR alone ends it. Null: too long for a postmark. */
export function lineAt({ bytes, ended }: MboxView, at: number): Line | null | 'unsure' {
  const limit = Math.min(bytes.length, at + POSTMARK_BYTES + 1);
  let end = at;
  while (end < limit && bytes[end] !== LF && bytes[end] !== CR) end++;
  if (end === limit && limit < bytes.length) return null;
  if (end - at > POSTMARK_BYTES) return null;
  if (!ended && end + MOST_CR >= bytes.length) return 'unsure';
  return { end, next: behindLineEnd(bytes, end) };
}

function behindLineEnd(bytes: Buffer, at: number): number {
  if (bytes[at] === LF) return at + 1;
  if (bytes[at] !== CR) return at;
  let end = at + 1;
  while (bytes[end] === CR && end - at < MOST_CR) end++;
  return bytes[end] === LF ? end + 1 : at + 1;
}

/** Where the line end that stands before an index begins: LF, CR LF (or several CR and LF) or CR alone. The index itself where none does. */
export function lineEndBefore(bytes: Uint8Array, at: number, start: number): number {
  if (at > start && bytes[at - 1] === CR) return at - 1;
  if (at === start || bytes[at - 1] !== LF) return at;
  let from = at - 1;
  while (from > start && at - from <= MOST_CR && bytes[from - 1] === CR) from--;
  return from;
}

function isBehindBlankLine({ bytes, begin }: MboxView, at: number): boolean {
  const blank = lineEndBefore(bytes, at, Math.max(0, begin));
  return blank === begin || lineEndBefore(bytes, blank, Math.max(0, begin)) < blank;
}

/** The line above the one at an index, its last bytes where it is long. */
function lineAbove(bytes: Buffer, at: number): string {
  const text = bytes.toString('latin1', Math.max(0, at - LOOK_BEHIND), at).replace(/\r*\n$|\r$/, '');
  return text.slice(Math.max(text.lastIndexOf('\n'), text.lastIndexOf('\r')) + 1);
}

function isFollowedByHeader({ bytes, ended }: MboxView, at: number): boolean | 'unsure' {
  // Nearly all that is none is found out by its first bytes.
  if (!ended && bytes.length < at + FIRST_HEADER) return 'unsure';
  if (!/^[!-9;-~]+:/.test(bytes.toString('latin1', at, at + FIRST_HEADER))) return false;
  const text = bytes.toString('latin1', at, at + LOOK_AHEAD);
  const whole = ended || text.length === LOOK_AHEAD;
  let headers = 0;
  let known = false;
  const lines = text.split(/\r*\n|\r/);
  for (const [i, line] of lines.entries()) {
    if (i === lines.length - 1 && !whole) return 'unsure';
    const name = /^([!-9;-~]+):/.exec(line)?.[1];
    if (name !== undefined) {
      headers++;
      known ||= MAIL_HEADERS.has(name.toLowerCase());
      if (headers > 1 && known) return true;
    } else if (headers === 0 || !/^[ \t]/.test(line)) {
      return false;
    }
  }
  return false;
}
