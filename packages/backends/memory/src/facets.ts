import {
  type Access,
  type FacetCount,
  type FacetRequest,
  isWholeAddress,
  openPeriods,
  topValues,
} from '@hayrick/core/backend';
import type { MemoryIndex } from './memory-index.ts';
import { matching } from './search.ts';
import { eachSlot, hasSlot, type SlotSet } from './slot-set.ts';

type Counts = Iterable<readonly [value: string, count: number]>;

/** Counts values of what matches, one list a facet. */
export function facetsOfIndex(
  index: MemoryIndex,
  { condition, facets, timeZone }: FacetRequest,
  access: Access,
): readonly (readonly FacetCount[])[] {
  const { found } = matching(index, condition, access);
  const countsOf = (field: string): Counts => {
    if (field === 'archive') return byArchive(index, found, access);
    if (field === 'year' || field === 'month') return byPeriod(index, found, field, timeZone);
    return byKeyword(index, found, field);
  };
  return facets.map(({ field, limit }) => topValues(countsOf(field), limit));
}

function byArchive({ documents }: MemoryIndex, found: SlotSet, { archives }: Access): Counts {
  const counts = new Map<string, number>();
  eachSlot(found, (slot) => {
    for (const name of documents.archivesOf(slot)) counts.set(name, (counts.get(name) ?? 0) + 1);
  });
  return [...counts].filter(([name]) => archives.includes(name));
}

function byPeriod(
  { documents }: MemoryIndex,
  found: SlotSet,
  unit: 'year' | 'month',
  timeZone: string,
): Counts {
  const periodOf = openPeriods(unit, timeZone);
  const counts = new Map<string, number>();
  eachSlot(found, (slot) => {
    const { label } = periodOf(documents.dateOf(slot));
    counts.set(label, (counts.get(label) ?? 0) + 1);
  });
  return counts;
}

/** All documents of all values are looked at, whatever matches: which values a document has would have to be unpacked. */
function* byKeyword({ keywords }: MemoryIndex, found: SlotSet, field: string): Counts {
  for (const { value, slots } of keywords.sorted(field)) {
    if (field === 'from' && !isWholeAddress(value)) continue;
    let count = 0;
    for (const slot of slots) if (hasSlot(found, slot)) count++;
    yield [value, count];
  }
}
