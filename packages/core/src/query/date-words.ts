import { createRequire } from 'node:module';
import type { TZDate } from '@date-fns/tz';
import type { parse as parseEnglish } from 'chrono-node/en';
import {
  type Clock,
  nowIn,
  onCalendar,
  seconds,
  type TimeSpan,
  type Unit,
  unitAround,
  unitsBefore,
} from './calendar.ts';

const UNITS: Readonly<Record<string, Unit>> = {
  ...{
    y: 'year',
    yr: 'year',
    year: 'year',
    m: 'month',
    mo: 'month',
    month: 'month',
    w: 'week',
    wk: 'week',
    week: 'week',
  },
  ...{ d: 'day', day: 'day', h: 'hour', hr: 'hour', hour: 'hour', min: 'minute', minute: 'minute' },
  ...{ sec: 'second', second: 'second' },
};
const NUMBERS = [
  'a',
  'one',
  'two',
  'three',
  'four',
  'five',
  'six',
  'seven',
  'eight',
  'nine',
  'ten',
  'eleven',
  'twelve',
];
const MONTHS = 'january february march april may june july august september october november december'.split(
  ' ',
);
const WEEKDAYS = 'sunday monday tuesday wednesday thursday friday saturday'.split(' ');
const DAYS_AGO: Readonly<Record<string, number>> = { today: 0, yesterday: 1, tomorrow: -1 };

/** English may be read no further: patterns for words are not made for pages of them. */
const LONGEST = 64;
const AGO = /^(?:(\d{1,6}) ?|([a-z]{1,6}) )([a-z]{1,6}?)s?(?: ago)?$/u;
const LAST_SOME = /^(?:last|past) (\d{1,6}|[a-z]{1,6}) ([a-z]{1,6}?)s?$/u;
const NEAR_UNIT = /^(this|last|next) (year|month|week|day|hour|minute)$/u;
const MONTH = /^([a-z]{3,9})(?: ([12]\d{3}))?$/u;
const MONTH_BEHIND_YEAR = /^([12]\d{3}) ([a-z]{3,9})$/u;

/**
 * Reads a date in English words: "yesterday", "3 weeks ago", "last month", "january", "monday", "5 may 2020 10:30".
 * The span is the unit named; "3 weeks ago" names a day, "3 hours ago" an hour. Without a year the latest past one is meant.
 * Dots and underlines count as blanks, as git users write them. Null where it is no date.
 */
export function readDateWords(text: string, clock: Clock): TimeSpan | null {
  const words = text
    .toLowerCase()
    .replace(/[\s._]+/gu, ' ')
    .trim();
  if (words.length > LONGEST) return null;
  const now = nowIn(clock);
  return readSimpleWords(words, now, clock) ?? readWithChrono(words, now, clock);
}

/** `2w`, `1y`: the moment that long before now, in whole seconds. Units are h d w m (months) y. Null where it is no age. */
export function readAge(text: string, clock: Clock): number | null {
  const match = /^(\d{1,6})([hdwmy])$/iu.exec(text.trim());
  const unit = UNITS[match?.[2]?.toLowerCase() ?? ''];
  if (match === null || unit === undefined) return null;
  const date = unitsBefore(nowIn(clock), Number(match[1]), unit);
  return date === null ? null : seconds(date);
}

function readSimpleWords(words: string, now: TZDate, clock: Clock): TimeSpan | null {
  if (words === 'now') return { from: seconds(now), to: seconds(now) };
  const daysAgo = Object.hasOwn(DAYS_AGO, words) ? DAYS_AGO[words] : undefined;
  if (daysAgo !== undefined) return unitsAgo(now, daysAgo, 'day', 'day');
  return (
    readNearUnit(words, now) ??
    readAgo(words, now) ??
    readLastSome(words, now) ??
    readMonth(words, now, clock) ??
    readWeekday(words, now)
  );
}

function readNearUnit(words: string, now: TZDate): TimeSpan | null {
  const match = NEAR_UNIT.exec(words);
  const unit = unitNamed(match?.[2]);
  if (match === null || unit === null) return null;
  return unitsAgo(now, { this: 0, last: 1, next: -1 }[match[1] ?? ''] ?? 0, unit, unit);
}

function readAgo(words: string, now: TZDate): TimeSpan | null {
  const match = AGO.exec(words);
  const count = numberNamed(match?.[1] ?? match?.[2]);
  const unit = unitNamed(match?.[3]);
  if (count === null || unit === null) return null;
  const isShort = unit === 'hour' || unit === 'minute' || unit === 'second';
  return unitsAgo(now, count, unit, isShort ? unit : 'day');
}

function readLastSome(words: string, now: TZDate): TimeSpan | null {
  const match = LAST_SOME.exec(words);
  const count = numberNamed(match?.[1]);
  const unit = unitNamed(match?.[2]);
  const start = count === null || unit === null ? null : unitsBefore(now, count, unit);
  return start === null ? null : { from: seconds(start), to: seconds(now) };
}

function readMonth(words: string, now: TZDate, clock: Clock): TimeSpan | null {
  const behind = MONTH_BEHIND_YEAR.exec(words);
  const match = behind === null ? MONTH.exec(words) : [words, behind[2], behind[1]];
  const month = indexOfName(MONTHS, match?.[1]) + 1;
  if (month === 0) return null;
  const isPast = month <= now.getMonth() + 1;
  const year = match?.[2] === undefined ? now.getFullYear() - (isPast ? 0 : 1) : Number(match[2]);
  const date = onCalendar({ year, month }, clock.timeZone);
  return date === null ? null : unitAround(date, 'month');
}

function readWeekday(words: string, now: TZDate): TimeSpan | null {
  const weekday = indexOfName(WEEKDAYS, words);
  return weekday < 0 ? null : unitsAgo(now, (now.getDay() - weekday + 7) % 7, 'day', 'day');
}

function readWithChrono(words: string, now: TZDate, clock: Clock): TimeSpan | null {
  // Loaded here, since it takes a third of the time in which the whole program starts, and few dates need it.
  const { parse } = createRequire(import.meta.url)('chrono-node/en') as typeof import('chrono-node/en');
  const reference = { instant: new Date(now.getTime()), timezone: -now.getTimezoneOffset() };
  const [result, ...others] = parse(words, reference);
  if (result === undefined || others.length > 0 || result.text.length !== words.length) return null;
  const start = spanOfComponents(result.start, clock);
  // Absent is null at times, whatever its types say.
  const end = result.end ? spanOfComponents(result.end, clock) : start;
  // Days and months may be taken for a range that ends before it begins ("mon-may").
  return start === null || end === null || start.from > end.to ? null : { from: start.from, to: end.to };
}

type Components = ReturnType<typeof parseEnglish>[number]['start'];

function spanOfComponents(components: Components, clock: Clock): TimeSpan | null {
  const [year, month, day, hour, minute, second] = (
    ['year', 'month', 'day', 'hour', 'minute', 'second'] as const
  ).map((name) => components.get(name) ?? 0);
  if (year === undefined || month === undefined || day === undefined) return null;
  const offset = components.isCertain('timezoneOffset') ? components.get('timezoneOffset') : null;
  const zone = offset === null ? clock.timeZone : zoneOfOffset(offset);
  const time = { hour: hour ?? 0, minute: minute ?? 0, second: second ?? 0 };
  const unit = finestNamed(components);
  const isPastYear = (y: number): boolean => {
    const date = onCalendar({ year: y, month, day }, zone);
    return date !== null && seconds(date) <= clock.now;
  };
  const hasYear = components.isCertain('year') || !components.isCertain('month');
  const date = onCalendar({ year: hasYear || isPastYear(year) ? year : year - 1, month, day, ...time }, zone);
  return date === null ? null : unitAround(date, unit);
}

function finestNamed(components: Components): Unit {
  const units = ['second', 'minute', 'hour', 'day'] as const;
  const finest = units.find((unit) => components.isCertain(unit));
  if (finest !== undefined) return finest;
  if (components.isCertain('weekday') || components.tags().has('result/relativeDate')) return 'day';
  return components.isCertain('month') ? 'month' : components.isCertain('year') ? 'year' : 'day';
}

function zoneOfOffset(minutes: number): string {
  const size = Math.abs(minutes);
  const two = (n: number): string => String(n).padStart(2, '0');
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

function unitsAgo(now: TZDate, count: number, unit: Unit, span: Unit): TimeSpan | null {
  const date = unitsBefore(now, count, unit);
  return date === null ? null : unitAround(date, span);
}

function numberNamed(word: string | undefined): number | null {
  if (word === undefined) return null;
  if (/^\d+$/u.test(word)) return Number(word);
  if (word === 'an') return 1;
  const index = NUMBERS.indexOf(word);
  return index < 0 ? null : Math.max(1, index);
}

function unitNamed(word: string | undefined): Unit | null {
  return word !== undefined && Object.hasOwn(UNITS, word) ? (UNITS[word] ?? null) : null;
}

/** By the whole name or at least its first three letters. */
function indexOfName(names: readonly string[], word: string | undefined): number {
  return word === undefined || word.length < 3 ? -1 : names.findIndex((name) => name.startsWith(word));
}
