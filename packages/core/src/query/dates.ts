import { type Clock, onCalendar, type TimeSpan, type Unit, unitAround } from './calendar.ts';
import { readDateWords } from './date-words.ts';

/** Unix seconds, inclusive; null is an open end. */
export interface DateRange {
  readonly from: number | null;
  readonly to: number | null;
}

/** 2020, 2020-03, 2020/03/05, 2020-03-05T10, 2020-03-05 10:30:15+02:00 (RFC 3339 and its shorter relatives). */
const ISO = new RegExp(
  String.raw`^(?<year>[12]\d{3})` +
    String.raw`(?:[-/](?<month>\d{1,2})(?:[-/](?<day>\d{1,2})` +
    String.raw`(?:[T ](?<hour>\d{1,2})(?::(?<minute>\d{2})(?::(?<second>\d{2})(?:\.\d+)?)?)?(?<zone>Z|[+-]\d{2}:?\d{2})?)?)?)?$`,
  'iu',
);
/** 20200305 and 20200305103015, as public-inbox and notmuch users write. */
const COMPACT =
  /^(?<year>[12]\d{3})(?<month>\d{2})(?<day>\d{2})(?:T?(?<hour>\d{2})(?<minute>\d{2})(?<second>\d{2})(?<zone>Z)?)?$/iu;
const UNIX = /^@(\d{1,11})$/u;

/** Reads one date; the span is the whole unit named: 2020 is the year, 2020-03 the month. Null where it is no date. */
export function readDate(text: string, clock: Clock): TimeSpan | null {
  const trimmed = text.trim();
  const unix = UNIX.exec(trimmed)?.[1];
  if (unix !== undefined) return { from: Number(unix), to: Number(unix) };
  const numeric = ISO.exec(trimmed) ?? COMPACT.exec(trimmed);
  return numeric === null ? readDateWords(trimmed, clock) : readNumeric(numeric.groups ?? {}, clock);
}

/** Reads `a..b`, `a..`, `..b` or one date. Null where an end is no date, or both are missing. */
export function readDateRange(text: string, clock: Clock): DateRange | null {
  const dots = text.indexOf('..');
  if (dots < 0) return readDate(text, clock);
  const start = text.slice(0, dots).trim();
  const end = text.slice(dots + 2).trim();
  if (start === '' && end === '') return null;
  const from = start === '' ? null : readDate(start, clock);
  const to = end === '' ? null : readDate(end, clock);
  if ((start !== '' && from === null) || (end !== '' && to === null)) return null;
  return { from: from?.from ?? null, to: to?.to ?? null };
}

function readNumeric(groups: Readonly<Record<string, string | undefined>>, clock: Clock): TimeSpan | null {
  const units = ['second', 'minute', 'hour', 'day', 'month', 'year'] as const;
  const unit: Unit = units.find((name) => groups[name] !== undefined) ?? 'year';
  const fields = Object.fromEntries(
    units.flatMap((name) => (groups[name] === undefined ? [] : [[name, Number(groups[name])]])),
  );
  const zone = groups['zone']?.toUpperCase() ?? clock.timeZone;
  const date = onCalendar({ year: 0, ...fields }, zone === 'Z' ? 'UTC' : zone);
  return date === null ? null : unitAround(date, unit);
}
