// Hot: bench rebuild. Once a message.
import { chooseDates, parseDate } from './dates.ts';
import { firstAfterSemicolon, type HeaderBlock, headerValue, readHeaderBlock } from './header-block.ts';
import { withLfLineEnds } from './line-ends.ts';

/** Bytes of a message in which its header nearly always ends. */
const USUAL_BYTES = 1 << 15;

/**
 * When a message is from, by its header alone: a fraction of the work of a whole scan. It may differ from what that finds where the header is
 * broken just at the end of what was looked at; whoever relies on it compares.
 * @param placeDate unix seconds that the place tells, or null
 */
export function dateOfHeader(raw: Uint8Array, placeDate: number | null): number {
  const usual = readHeader(raw.subarray(0, USUAL_BYTES));
  const header = raw.length <= USUAL_BYTES || usual.bodyStart < USUAL_BYTES ? usual : readHeader(raw);
  const value = headerValue(header, 'date');
  const dateHeader = value === null ? null : (parseDate(value)?.seconds ?? null);
  return chooseDates({ dateHeader, receivedHeader: receivedIn(header), placeDate }).date;
}

/** The date of the topmost Received header that can be read; it stands behind the last semicolon. */
export function receivedIn(header: HeaderBlock): number | null {
  return firstAfterSemicolon(header, 'received', (text) => parseDate(text)?.seconds ?? null);
}

function readHeader(raw: Uint8Array): HeaderBlock {
  const source = withLfLineEnds(Buffer.from(raw.buffer, raw.byteOffset, raw.byteLength));
  const text = source.toString('latin1');
  return readHeaderBlock(text, 0, text.length, []);
}
