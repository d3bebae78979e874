import {
  type Access,
  type Condition,
  compareTexts,
  type FieldStats,
  HayrickError,
  type KeptValues,
  type OrderedDocument,
  type OrderedPage,
  type OrderKey,
  type OrderPlace,
  type OrderRequest,
  type OrderValue,
} from '@hayrick/core/backend';
import type { MemoryIndex } from './memory-index.ts';
import { matching } from './search.ts';
import { eachSlot, hasSlot } from './slot-set.ts';

/** One page in an order by fields. */
export function orderIndex(index: MemoryIndex, request: OrderRequest, access: Access): OrderedPage {
  const { condition, order, limit, offset, after } = request;
  const { found } = matching(index, condition, access);
  const columns = order.map((key) => columnOf(index, key));
  const hits: OrderedDocument[] = [];
  eachSlot(found, (slot) => {
    const id = index.documents.idOf(slot);
    const hit = { id, date: index.documents.dateOf(slot), values: columns.map((column) => column(slot)) };
    if (after === null || compare(order, after, hit) < 0) hits.push(hit);
  });
  hits.sort((a, b) => compare(order, a, b));
  return { hits: hits.slice(offset, offset + limit) };
}

export function statsOfIndex(
  index: MemoryIndex,
  field: string,
  condition: Condition,
  access: Access,
): FieldStats {
  const { found } = matching(index, condition, access);
  let [count, sum] = [0, 0];
  let [min, max]: (number | null)[] = [null, null];
  const sorted = index.rangesOf(field)?.settled();
  for (const [place, slot] of sorted?.slots.entries() ?? []) {
    if (!hasSlot(found, slot)) continue;
    const value = sorted?.values[place] ?? 0;
    min ??= value;
    max = value;
    count++;
    sum += value;
  }
  return { count, min: min ?? null, max: max ?? null, sum };
}

export function keptInIndex(
  index: MemoryIndex,
  ids: readonly string[],
  { archives }: Access,
): readonly (KeptValues | null)[] {
  return ids.map((id) => {
    const slot = index.documents.slotOf(id);
    const readable =
      slot !== undefined && index.documents.archivesOf(slot).some((archive) => archives.includes(archive));
    return readable ? index.keptOf(slot) : null;
  });
}

/** What MiniSearch finds for a query of its own: words divided by blanks, or a tree of such. */
export function rawInIndex(
  index: MemoryIndex,
  query: unknown,
  limit: number,
  access: Access,
): readonly string[] {
  const { found } = matching(index, { kind: 'all' }, access);
  const ids: string[] = [];
  for (const { id: slot } of searchWords(index, query)) {
    if (ids.length === limit) break;
    if (typeof slot === 'number' && hasSlot(found, slot)) ids.push(index.documents.idOf(slot));
  }
  return ids;
}

/** Where data enters. */
function searchWords({ words }: MemoryIndex, query: unknown): readonly { readonly id: unknown }[] {
  const tree = typeof query === 'object' && query !== null && 'queries' in query;
  if (typeof query !== 'string' && !tree)
    throw notUnderstood('it is neither words nor { combineWith, queries }');
  try {
    return words.search(query as Parameters<typeof words.search>[0]);
  } catch (error) {
    throw notUnderstood(error instanceof Error ? error.message : String(error));
  }
}

function notUnderstood(why: string): HayrickError {
  return new HayrickError('QUERY_INVALID', `MiniSearch does not understand the raw query: ${why}.`);
}

/** What each document is ordered by. Of several values the first or the last in order counts. */
function columnOf(index: MemoryIndex, { field, descending }: OrderKey): (slot: number) => OrderValue {
  const { documents } = index;
  if (field === 'date') return (slot) => documents.dateOf(slot);
  if (field === 'received') return (slot) => documents.receivedOf(slot);
  if (field === 'size') return (slot) => documents.sizeOf(slot);
  const values = new Map<number, OrderValue>();
  const put = (slot: number, value: OrderValue): void => {
    if (descending || !values.has(slot)) values.set(slot, value);
  };
  const numbers = index.rangesOf(field)?.settled();
  for (const [place, slot] of numbers?.slots.entries() ?? []) put(slot, numbers?.values[place] ?? 0);
  const keywords = index.keywords.sorted(field).toSorted((a, b) => compareTexts(a.value, b.value));
  for (const { value, slots } of keywords) for (const slot of slots) put(slot, value);
  return (slot) => values.get(slot) ?? null;
}

function compare(order: readonly OrderKey[], a: OrderPlace, b: OrderPlace): number {
  for (let i = 0; i < order.length; i++) {
    const [x, y] = [a.values[i] ?? null, b.values[i] ?? null];
    if (x === null && y === null) continue;
    if (x === null || y === null) return x === null ? 1 : -1;
    const difference =
      typeof x === 'number' && typeof y === 'number' ? x - y : compareTexts(String(x), String(y));
    if (difference !== 0) return order[i]?.descending === true ? -difference : difference;
  }
  return a.id < b.id ? -1 : Number(a.id > b.id);
}
