/**
 * The line that begins a message in an mbox: `From SENDER DATE`, without the leading `From `.
 * Forms after RFC 4155, ctime(3), and what mailers have written for forty years: seconds and zones missing or on either side of the year,
 * RFC 5322 dates, senders with blanks (`user at host`), `remote from HOST`.
 */
export interface Postmark {
  /** Unix seconds; null where the date is the epoch (archives write it for "unknown") or names no moment. */
  readonly date: number | null;
}

/** Bytes of the longest line that is looked at: an address has 320 at most, a date 40. */
export const POSTMARK_BYTES = 1024;

// Blanks are bounded: a hostile line must not make the pattern wander.
const DATE =
  /(?:^|[ \t])(?:mon|tue|wed|thu|fri|sat|sun)[a-z]{0,6},?[ \t]{1,4}(?:([a-z]{3})[ \t]{1,4}(\d{1,2})|(\d{1,2})[ \t]{1,4}([a-z]{3})(?:[ \t]{1,4}(\d{4}))?),?[ \t]{1,4}(\d{1,2}):(\d{2})(?::(\d{2}))?((?:[ \t]{1,4}(?:[+-]\d{4}|[a-z]{1,5})){0,2})(?:[ \t]{1,4}(\d{4}))?((?:[ \t]{1,4}(?:[+-]\d{4}|[a-z]{1,5}|\([a-z ]{1,40}\))){0,2})(?:[ \t]{1,4}remote from [^ \t]{1,255})?[ \t]{0,16}$/i;

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

/** Minutes east of UTC (RFC 5322, section 4.3). Any other name counts as UTC. */
const ZONES = new Map([
  ['EST', -300],
  ['EDT', -240],
  ['CST', -360],
  ['CDT', -300],
  ['MST', -420],
  ['MDT', -360],
  ['PST', -480],
  ['PDT', -420],
]);

/** What follows `From ` in the line, line end left off; null where that is no sender and date, so that the line is text. */
export function parsePostmark(rest: string): Postmark | null {
  const match = DATE.exec(rest);
  if (match === null) return null;
  const [, monthA, dayA, dayB, monthB, yearA, hour, minute, second, zoneA, yearB, zoneB] = match;
  const month = MONTHS.indexOf((monthA ?? monthB ?? '').toLowerCase());
  const year = yearA ?? yearB;
  if (month === -1 || year === undefined || (yearA !== undefined && yearB !== undefined)) return null;
  const day = Number(dayA ?? dayB);
  const time = [Number(hour), Number(minute), Number(second ?? 0)] as const;
  if (day < 1 || day > 31 || time[0] > 23 || time[1] > 59 || time[2] > 60) return null;
  const clock = Date.UTC(Number(year), month, day, ...time) / 1000;
  const date = clock - 60 * zoneMinutes(`${zoneA ?? ''} ${zoneB ?? ''}`);
  return { date: clock === 0 || date <= 0 || new Date(clock * 1000).getUTCMonth() !== month ? null : date };
}

/**
 * Whether a file's very first line may be taken for a postmark though it bears no date (`From ann@example.org`): something follows `From `,
 * and it is no header written with a blank before its colon (RFC 5322, appendix A.6.3).
 */
export function isLoosePostmark(rest: string): boolean {
  return /^[ \t]*[^ \t:]/.test(rest);
}

function zoneMinutes(zone: string): number {
  const digits = /([+-])(\d{2})(\d{2})/.exec(zone);
  if (digits !== null) return (digits[1] === '-' ? -1 : 1) * (Number(digits[2]) * 60 + Number(digits[3]));
  return ZONES.get(zone.trim().toUpperCase()) ?? 0;
}
