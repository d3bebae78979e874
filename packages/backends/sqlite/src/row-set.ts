// Hot: once a row that matches. bench: facets.

/** A set of row numbers, one bit each. */
export interface RowSet {
  readonly bits: Uint32Array;
}

/** @param highest no row is higher */
export function rowSet(rows: Iterable<number>, highest: number): RowSet {
  const bits = new Uint32Array((highest >>> 5) + 1);
  for (const row of rows) bits[row >>> 5] = (bits[row >>> 5] ?? 0) | (1 << (row & 31));
  return { bits };
}

export function without({ bits }: RowSet, rows: Iterable<number>): RowSet {
  const left = bits.slice();
  for (const row of rows)
    if (row >>> 5 < left.length) left[row >>> 5] = (left[row >>> 5] ?? 0) & ~(1 << (row & 31));
  return { bits: left };
}

export function hasRow({ bits }: RowSet, row: number): boolean {
  return ((bits[row >>> 5] ?? 0) & (1 << (row & 31))) !== 0;
}

/** How many there are from the first row to the last, both included. */
export function countBetween({ bits }: RowSet, first: number, last: number): number {
  const end = Math.min(last, bits.length * 32 - 1);
  if (first > end) return 0;
  const [from, to] = [first >>> 5, end >>> 5];
  const head = 0xffffffff << (first & 31);
  const tail = 0xffffffff >>> (31 - (end & 31));
  if (from === to) return ones((bits[from] ?? 0) & head & tail);
  let count = ones((bits[from] ?? 0) & head) + ones((bits[to] ?? 0) & tail);
  for (let i = from + 1; i < to; i++) count += ones(bits[i] ?? 0);
  return count;
}

/** Bits set in 32, counted in parallel: the classic of Hacker's Delight. */
function ones(word: number): number {
  let n = word - ((word >>> 1) & 0x55555555);
  n = (n & 0x33333333) + ((n >>> 2) & 0x33333333);
  return Math.imul((n + (n >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
