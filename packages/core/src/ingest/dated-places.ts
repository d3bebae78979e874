import type { DatedPlaces, RankedPlaces } from './worker-protocol.ts';

/** Collects the dates of a file's messages. */
export class DateCollector {
  readonly file: number;
  #offsets = new Float64Array(1024);
  #dates = new Float64Array(1024);
  #length = 0;

  constructor(file: number) {
    this.file = file;
  }

  add(offset: number, date: number): void {
    if (this.#length === this.#offsets.length) {
      this.#offsets = grown(this.#offsets);
      this.#dates = grown(this.#dates);
    }
    this.#offsets[this.#length] = offset;
    this.#dates[this.#length++] = date;
  }

  /** Copies that are as long as they must be. */
  get places(): DatedPlaces {
    return { offsets: this.#offsets.slice(0, this.#length), dates: this.#dates.slice(0, this.#length) };
  }
}

/**
 * Numbers the messages of all files by date, from 1; of one second in the order of files and offsets.
 * @param files the stretches of each file, in any order
 */
export function rankPlaces(
  files: ReadonlyMap<number, readonly DatedPlaces[]>,
): ReadonlyMap<number, RankedPlaces> {
  const joined = [...files].map(([file, stretches]) => ({ file, ...join(stretches) }));
  const total = joined.reduce((sum, { offsets }) => sum + offsets.length, 0);
  const dates = new Float64Array(total);
  let start = 0;
  for (const places of joined) {
    dates.set(places.dates, start);
    start += places.dates.length;
  }
  const order = new Uint32Array(total).map((_, i) => i).sort(byDate(dates));
  const ranks = new Uint32Array(total);
  order.forEach((at, i) => {
    ranks[at] = i + 1;
  });
  let from = 0;
  return new Map(
    joined.map(({ file, offsets, dates: own }) => {
      const to = from + offsets.length;
      const ranked = { offsets, dates: own, ranks: ranks.slice(from, to) };
      from = to;
      return [file, ranked];
    }),
  );
}

/** Those of a stretch: offsets in [from, to). */
export function placesBetween(
  { offsets, dates, ranks }: RankedPlaces,
  from: number,
  to: number | null,
): RankedPlaces {
  const first = firstFrom(offsets, from);
  const end = to === null ? offsets.length : firstFrom(offsets, to);
  return {
    offsets: offsets.slice(first, end),
    dates: dates.slice(first, end),
    ranks: ranks.slice(first, end),
  };
}

/** The rank of the message at that offset, if it is there and has that date; else 0. */
export function rankAt({ offsets, dates, ranks }: RankedPlaces, offset: number, date: number): number {
  const at = firstFrom(offsets, offset);
  return offsets[at] === offset && dates[at] === date ? (ranks[at] ?? 0) : 0;
}

function byDate(dates: Float64Array): (a: number, b: number) => number {
  return (a, b) => (dates[a] ?? 0) - (dates[b] ?? 0) || a - b;
}

function join(stretches: readonly DatedPlaces[]): DatedPlaces {
  const [only, ...others] = stretches;
  if (only !== undefined && others.length === 0) return only;
  const ordered = stretches.toSorted((a, b) => (a.offsets[0] ?? 0) - (b.offsets[0] ?? 0));
  return {
    offsets: concatenated(ordered.map(({ offsets }) => offsets)),
    dates: concatenated(ordered.map(({ dates }) => dates)),
  };
}

function concatenated(arrays: readonly Float64Array[]): Float64Array<ArrayBuffer> {
  const all = new Float64Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const array of arrays) {
    all.set(array, at);
    at += array.length;
  }
  return all;
}

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(array.length * 2);
  larger.set(array);
  return larger;
}

/** The index of the first value that is at least `value`; they rise. */
function firstFrom(values: Float64Array, value: number): number {
  let low = 0;
  let high = values.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((values[middle] ?? 0) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
