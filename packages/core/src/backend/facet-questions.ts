import { TZDate } from '@date-fns/tz';
import type { DeclaredField } from '../fields/fields.ts';
import { type Unit, unitAround } from '../query/calendar.ts';
import type { Condition } from '../query/condition.ts';

/**
 * What values of matching documents can be counted by, declared keywords apart: `archive` names of archives that may be read; `from` whole
 * addresses (`isWholeAddress`); `year` and `month` the periods of dates (`openPeriods`); the others the keywords of that field.
 */
export const FACET_FIELDS = ['archive', 'from', 'year', 'month', 'mime', 'has'] as const;

export interface FacetQuestion {
  /** One of FACET_FIELDS, or a declared keyword. */
  readonly field: string;
  /** Values at most, 1 or more: those that most documents have. */
  readonly limit: number;
}

export interface FacetRequest {
  readonly condition: Condition;
  /** No field twice. */
  readonly facets: readonly FacetQuestion[];
  /** Of years and months, an IANA name. */
  readonly timeZone: string;
}

/** A value, and how many of the documents that match have it: exact, never 0. */
export interface FacetCount {
  readonly value: string;
  readonly count: number;
}

/** A year or a month in a zone: `2020`, `2020-03`; the seconds it begins and ends with. */
interface Period {
  readonly label: string;
  readonly from: number;
  readonly to: number;
}

/** Seconds that no UTC month is shorter than: periods are kept by the stretches of this length that they touch. */
const STRETCH = 28 * 86_400;

/** Fields that a facet may name. */
export function facetFields(declared: readonly DeclaredField[]): readonly string[] {
  return [...FACET_FIELDS, ...declared.filter(({ kind }) => kind === 'keyword').map(({ name }) => name)];
}

/** Whether a keyword of an address field is a whole address, and not its local part or a domain. */
export function isWholeAddress(keyword: string): boolean {
  return keyword.lastIndexOf('@') > 0;
}

/** The values of a facet in their order: the largest counts first, equal ones by `compareTexts`. */
export function topValues(counts: Iterable<readonly [string, number]>, limit: number): readonly FacetCount[] {
  const all = Array.from(counts, ([value, count]): FacetCount => ({ value, count }));
  const some = all.filter(({ count }) => count > 0);
  some.sort((a, b) => b.count - a.count || compareTexts(a.value, b.value));
  return some.slice(0, limit);
}

/** By code points, as UTF-8 is in order: UTF-16 has those beyond its first plane before U+E000. */
export function compareTexts(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const [x, y] = [a.charCodeAt(i), b.charCodeAt(i)];
    if (x === y) continue;
    const [high, other] = [isSurrogate(x), isSurrogate(y)];
    return high === other ? x - y : high ? 1 : -1;
  }
  return a.length - b.length;
}

/** Tells of dates (unix seconds) which year or month they lie in: the same that `date:2020` and `date:2020-03` find them by. */
export function openPeriods(
  unit: 'year' | 'month',
  timeZone: string,
): (date: number) => { readonly label: string; readonly to: number } {
  const known = new Map<number, Period[]>();
  let last: Period | null = null;
  return (date) => {
    if (last !== null && date >= last.from && date <= last.to) return last;
    const stretch = Math.floor(date / STRETCH);
    const near = known.get(stretch) ?? [];
    last = near.find(({ from, to }) => date >= from && date <= to) ?? null;
    if (last !== null) return last;
    last = periodAround(date, unit, timeZone);
    known.set(stretch, [...near, last]);
    return last;
  };
}

function periodAround(date: number, unit: Unit, timeZone: string): Period {
  const there = new TZDate(date * 1000, timeZone);
  const span = unitAround(there, unit) ?? { from: date, to: date };
  const year = there.getFullYear();
  const digits = String(Math.abs(year)).padStart(4, '0');
  const month = unit === 'month' ? `-${String(there.getMonth() + 1).padStart(2, '0')}` : '';
  return { ...span, label: `${year < 0 ? '-' : ''}${digits}${month}` };
}

function isSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdfff;
}
