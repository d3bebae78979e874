import type { Clock } from './calendar.ts';
import type { Condition } from './condition.ts';
import { readAge } from './date-words.ts';
import { type DateRange, readDate, readDateRange } from './dates.ts';
import type { DateBound, Meaning } from './names.ts';
import type { Query } from './query.ts';
import type { Report } from './resolve-words.ts';
import { shown } from './shown.ts';
import { type NumberRange, readNumber, readNumberRange, readSize } from './sizes.ts';

type TextLeaf = Query & { readonly kind: 'text' };
type MeaningOf<K extends Meaning['kind']> = Meaning & { readonly kind: K };

/** Null, with a report, where the value is no date. */
export function resolveDate(
  leaf: TextLeaf,
  meaning: MeaningOf<'date'>,
  clock: Clock,
  report: Report,
): Condition | null {
  const range = readBoundedDate(leaf.text, meaning.bound, clock);
  if (range !== null) return asRange(meaning.field, range, leaf, report);
  const isAge = meaning.bound === 'older' || meaning.bound === 'newer';
  const forms = isAge
    ? 'an age: write 12h, 3d, 2w, 6m or 1y'
    : 'a date: write 2020, 2020-03, 2020-03-05, yesterday, "3 weeks ago" or @1583366400';
  report(leaf.span, `${shown(leaf.text)} is not ${forms}. Searched as text.`);
  return null;
}

/** Null, with a report, where the value is no size. */
export function resolveSize(leaf: TextLeaf, meaning: MeaningOf<'size'>, report: Report): Condition | null {
  const range =
    meaning.bound === 'range' ? readNumberRange(leaf.text, readSize) : readOneSize(leaf.text, meaning.bound);
  if (range !== null) return asRange('size', range, leaf, report);
  report(leaf.span, `${shown(leaf.text)} is not a size: write 500, 10k, 1.5M, 2G. Searched as text.`);
  return null;
}

/** Null, with a report, where the value is no number. */
export function resolveNumber(
  leaf: TextLeaf,
  meaning: MeaningOf<'number'>,
  report: Report,
): Condition | null {
  const range = readNumberRange(leaf.text, readNumber);
  if (range !== null) return asRange(meaning.field, range, leaf, report);
  report(leaf.span, `${shown(leaf.text)} is not a number: write 5, >5 or 5..9. Searched as text.`);
  return null;
}

function readBoundedDate(text: string, bound: DateBound, clock: Clock): DateRange | null {
  switch (bound) {
    case 'range':
      return readDateRange(text, clock);
    case 'after': {
      const date = readDate(text, clock);
      return date && { from: date.from, to: null };
    }
    case 'before': {
      const date = readDate(text, clock);
      return date && { from: null, to: date.from - 1 };
    }
    case 'newer': {
      const from = readAge(text, clock);
      return from === null ? null : { from, to: null };
    }
    case 'older': {
      const from = readAge(text, clock);
      return from === null ? null : { from: null, to: from - 1 };
    }
  }
}

function readOneSize(text: string, bound: 'from' | 'to'): NumberRange | null {
  const size = readSize(text);
  if (size === null) return null;
  return bound === 'from' ? { from: size, to: null } : { from: null, to: size };
}

function asRange(field: string, range: NumberRange, leaf: TextLeaf, report: Report): Condition {
  const { from, to } = range;
  if (from !== null && to !== null && from > to)
    report(leaf.span, `${shown(leaf.text)} ends before it begins: nothing lies in it.`);
  return { kind: 'range', field, from, to };
}
