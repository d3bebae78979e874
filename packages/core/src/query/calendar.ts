import { TZDate } from '@date-fns/tz';
import { add } from 'date-fns/add';
import { startOfDay } from 'date-fns/startOfDay';
import { startOfMonth } from 'date-fns/startOfMonth';
import { startOfWeek } from 'date-fns/startOfWeek';
import { startOfYear } from 'date-fns/startOfYear';
import { HayrickError } from '../errors.ts';

/** The moment and the place a query is asked at. */
export interface Clock {
  /** Unix seconds. */
  readonly now: number;
  /** An IANA name or an offset such as +01:00. */
  readonly timeZone: string;
}

/** Unix seconds, both inclusive. */
export interface TimeSpan {
  readonly from: number;
  readonly to: number;
}

export type Unit = 'year' | 'month' | 'week' | 'day' | 'hour' | 'minute' | 'second';

/** Calendar fields as people write them: months from 1. */
export interface CalendarDate {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly hour?: number;
  readonly minute?: number;
  readonly second?: number;
}

type LongUnit = 'year' | 'month' | 'week' | 'day';

const START_OF: Readonly<Record<LongUnit, (date: TZDate) => TZDate>> = {
  year: (date) => startOfYear(date),
  month: (date) => startOfMonth(date),
  week: (date) => startOfWeek(date, { weekStartsOn: 1 }),
  day: (date) => startOfDay(date),
};
const SECONDS_OF: Readonly<Record<Exclude<Unit, LongUnit>, number>> = { hour: 3600, minute: 60, second: 1 };

/** @throws HayrickError ARGUMENT_INVALID where nobody knows the zone */
export function nowIn(clock: Clock): TZDate {
  const date = new TZDate(clock.now * 1000, clock.timeZone);
  if (!Number.isNaN(date.getTime())) return date;
  throw new HayrickError(
    'ARGUMENT_INVALID',
    `No time zone "${clock.timeZone}", or no time ${clock.now}. Use a name such as Europe/Berlin or UTC, and unix seconds.`,
  );
}

/** The date some units before (or behind, where `count` is negative) another, by the calendar of its zone. Null outside of time. */
export function unitsBefore(date: TZDate, count: number, unit: Unit): TZDate | null {
  const moved = add(date, { [`${unit}s`]: -count });
  return Number.isNaN(moved.getTime()) ? null : moved;
}

/**
 * The whole year, month, week (from Monday), … second that a date lies in. Spans of one unit follow one another without a gap,
 * also where clocks change. Null outside of time.
 */
export function unitAround(date: TZDate, unit: Unit): TimeSpan | null {
  const span =
    unit === 'hour' || unit === 'minute' || unit === 'second' ? shortSpan(date, unit) : longSpan(date, unit);
  return Number.isNaN(span.from) || Number.isNaN(span.to) ? null : span;
}

/** A date of the calendar in a zone; null where the calendar has none, such as 30 February. */
export function onCalendar(fields: CalendarDate, timeZone: string): TZDate | null {
  const { year, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = fields;
  const inUtc = new Date(Date.UTC(year, month - 1, day, hour, minute, second));
  const exists =
    inUtc.getUTCFullYear() === year && inUtc.getUTCMonth() === month - 1 && inUtc.getUTCDate() === day;
  if (!exists || hour > 23 || minute > 59 || second > 59) return null;
  return new TZDate(year, month - 1, day, hour, minute, second, timeZone);
}

/** Whole unix seconds. */
export function seconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

function longSpan(date: TZDate, unit: LongUnit): TimeSpan {
  const start = START_OF[unit](date);
  // A day may have 23 to 25 hours: the middle of the next one is sure to lie in it.
  const next = START_OF[unit](add(start, unit === 'day' ? { hours: 36 } : { [`${unit}s`]: 1 }));
  return { from: seconds(start), to: seconds(next) - 1 };
}

/** By the offset at that moment: an hour that comes twice is two spans. */
function shortSpan(date: TZDate, unit: Exclude<Unit, LongUnit>): TimeSpan {
  const length = SECONDS_OF[unit];
  const at = seconds(date);
  const local = at - date.getTimezoneOffset() * 60;
  const from = at - (((local % length) + length) % length);
  return { from, to: from + length - 1 };
}
