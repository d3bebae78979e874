import { parseOddPostmark } from './odd-postmark.ts';
import { MONTHS, type Postmark, postmarkOf, zoneMinutes } from './postmark-date.ts';

/** Bytes of the longest line that is looked at: an address has 320 at most, a date 40. */
export const POSTMARK_BYTES = 1024;

// Blanks are bounded: a hostile line must not make the pattern wander.
const DATE =
  /(?:^|[ \t])(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?[ \t]{1,4}(?:([a-z]{3})[ \t]{1,4}(\d{1,2})|(\d{1,2})[ \t]{1,4}([a-z]{3})(?:[ \t]{1,4}(\d{4}))?),?[ \t]{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?((?:[ \t]{1,4}(?:[+-]\d{4}|[a-z]{1,5})){0,2})(?:[ \t]{1,4}(\d{4}))?((?:[ \t]{1,4}(?:[+-]\d{4}|[a-z]{1,5}|\([a-z ]{1,40}\))){0,2})(?:[ \t]{1,4}remote from [^ \t]{1,255})?[ \t]{0,16}$/i;

/** What follows `From ` in the line, line end left off; null where that is no sender and date, so that the line is text. */
export function parsePostmark(rest: string): Postmark | null {
  const match = DATE.exec(rest);
  if (match === null) return parseOddPostmark(rest);
  const [, monthA, dayA, dayB, monthB, yearA, hour, minute, second, zoneA, yearB, zoneB] = match;
  const month = MONTHS.indexOf((monthA ?? monthB ?? '').toLowerCase());
  const year = yearA ?? yearB;
  if (month === -1 || year === undefined || (yearA !== undefined && yearB !== undefined)) return null;
  const day = Number(dayA ?? dayB);
  const time = [Number(hour), Number(minute), Number(second ?? 0)] as const;
  if (day < 1 || day > 31 || time[0] > 23 || time[1] > 59 || time[2] > 60) return null;
  return postmarkOf(Number(year), month, day, time, zoneMinutes(`${zoneA ?? ''} ${zoneB ?? ''}`));
}

/**
 * Whether a file's very first line may be taken for a postmark though it bears no date (`From ann@example.org`): something follows `From `,
 * and it is no header written with a blank before its colon (RFC 5322, appendix A.6.3).
 */
export function isLoosePostmark(rest: string): boolean {
  return /^[ \t]*[^ \t:]/.test(rest);
}
