import type { FieldStats, OrderKey, OrderPlace, OrderValue } from '../../backend/index.ts';
import type { OracleDocument } from './matches.ts';

/** What a document is ordered by, one value a key. */
export function orderValues(document: OracleDocument, order: readonly OrderKey[]): readonly OrderValue[] {
  return order.map(({ field, descending }) => {
    const values: readonly OrderValue[] = document.numbers[field] ?? document.keywords[field] ?? [];
    const rising = values.toSorted(compareValues);
    return (descending ? rising.at(-1) : rising[0]) ?? null;
  });
}

/** Below 0 where `a` comes first. */
export function compareOrdered(order: readonly OrderKey[], a: OrderPlace, b: OrderPlace): number {
  for (const [i, { descending }] of order.entries()) {
    const [x, y] = [a.values[i] ?? null, b.values[i] ?? null];
    // What has no value is last in either direction.
    const difference =
      x === null || y === null ? Number(x === null) - Number(y === null) : compareValues(x, y);
    if (difference !== 0) return descending && x !== null && y !== null ? -difference : difference;
  }
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

/** Of all values of all these documents. */
export function statsOf(documents: readonly OracleDocument[], field: string): FieldStats {
  const values = documents.flatMap(({ numbers }) => [...new Set(numbers[field] ?? [])]);
  const sorted = values.toSorted((a, b) => a - b);
  const sum = values.reduce((total, value) => total + value, 0);
  return { count: values.length, min: sorted[0] ?? null, max: sorted.at(-1) ?? null, sum };
}

/** Numbers as such, texts by their code points. */
function compareValues(a: OrderValue, b: OrderValue): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return Buffer.compare(Buffer.from(String(a)), Buffer.from(String(b)));
}
