/**
 * The line that begins a message in an mbox: `From SENDER DATE`, without the leading `From `.
 * Forms after RFC 4155, ctime(3), and what mailers have written for forty years: seconds and zones missing or on either side of the year,
 * RFC 5322 dates, senders with blanks (`user at host`), `remote from HOST`; behind an address also odder ones (odd-postmark.ts).
 */
export interface Postmark {
  /** Unix seconds; null where the date is the epoch (archives write it for "unknown") or names no moment. */
  readonly date: number | null;
}

/** Hour, minute, second. */
export type Time = readonly [number, number, number];

export const MONTHS: readonly string[] = [
  'jan',
  'feb',
  'mar',
  'apr',
  'may',
  'jun',
  'jul',
  'aug',
  'sep',
  'oct',
  'nov',
  'dec',
];

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

/**
 * A postmark with the date of a clock that stands so many minutes east of UTC.
 * @param month from 0
 */
export function postmarkOf(year: number, month: number, day: number, time: Time, zone: number): Postmark {
  const clock = Date.UTC(year, month, day, ...time) / 1000;
  const date = clock - 60 * zone;
  return { date: clock === 0 || date <= 0 || new Date(clock * 1000).getUTCMonth() !== month ? null : date };
}

export function zoneMinutes(zone: string): number {
  const digits = /([+-])(\d{2})(\d{2})/.exec(zone);
  if (digits !== null) return (digits[1] === '-' ? -1 : 1) * (Number(digits[2]) * 60 + Number(digits[3]));
  return ZONES.get(zone.trim().toUpperCase()) ?? 0;
}
