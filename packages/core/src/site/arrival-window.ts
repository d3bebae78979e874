import type { ArrivalSpan } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { readDate } from '../query/dates.ts';

export interface WindowOptions {
  readonly age?: number | undefined;
  readonly minutes?: number | undefined;
  readonly start?: string | undefined;
  readonly end?: string | undefined;
}

/**
 * The arrivals that an update is asked to index; null: all. Dates are read as in queries.
 * @param now unix milliseconds
 * @throws HayrickError ARGUMENT_INVALID for a date that is none, for options that exclude one another and for a span that holds nothing
 */
export function arrivalWindow(options: WindowOptions, timeZone: string, now: number): ArrivalSpan | null {
  const { age, minutes, start, end } = options;
  const beginnings = Object.entries({ age, minutes, start }).filter(([, value]) => value !== undefined);
  if (beginnings.length > 1) {
    const names = beginnings.map(([name]) => `--${name}`).join(' and ');
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `${names} exclude one another: each says where to begin. Give one of them.`,
    );
  }
  const seconds = Math.floor(now / 1000);
  const ago = (name: string, value: number, unit: number) => {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new HayrickError('ARGUMENT_INVALID', `--${name} must be a number that is not negative.`);
    }
    return Math.floor(seconds - value * unit);
  };
  const clock = { now: seconds, timeZone };
  const dateOf = (name: string, text: string) => {
    const date = readDate(text, clock);
    if (date !== null) return date;
    throw new HayrickError(
      'ARGUMENT_INVALID',
      `--${name}: "${text}" is no date. Write one like 2020-03-05, "2020-03-05 10:30", yesterday or "3 weeks ago".`,
    );
  };
  let from: number | null = null;
  if (age !== undefined) from = ago('age', age, 3600);
  else if (minutes !== undefined) from = ago('minutes', minutes, 60);
  else if (start !== undefined) from = dateOf('start', start).from;
  const to = end === undefined ? null : dateOf('end', end).to;
  if (from === null && to === null) return null;
  if (from !== null && to !== null && from > to) {
    throw new HayrickError(
      'ARGUMENT_INVALID',
      'The span to be indexed ends before it begins. Swap or change its dates.',
    );
  }
  return { from, to };
}
