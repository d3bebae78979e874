import type { Access } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readableThreads } from './readable-threads.ts';

/** Where a message stands in its thread, of readable messages alone. */
export interface PlaceInThread {
  /** Of the thread. */
  readonly id: string;
  readonly size: number;
  /** By (date, id), from 1. */
  readonly position: number;
}

/** Tells of messages' places; of those of one thread that are asked for one after another the thread is loaded once. */
export type PlacesInThreads = (ids: readonly string[]) => Promise<ReadonlyMap<string, PlaceInThread>>;

/** Messages remembered: pages in date order come back to the same threads again and again. */
const MOST_REMEMBERED = 50_000;

export function openPlacesInThreads(
  catalog: Catalog,
  access: Access,
  bySubject: readonly string[],
): PlacesInThreads {
  const remembered = new Map<string, PlaceInThread>();
  return async (ids) => {
    const unknown = ids.filter((id) => !remembered.has(id));
    if (remembered.size > MOST_REMEMBERED) remembered.clear();
    const asked = remembered.size === 0 ? ids : unknown;
    if (asked.length > 0) {
      for (const { id, members } of readableThreads(await catalog.threadsWith(asked), access, bySubject)) {
        const size = members.length;
        for (const [i, member] of members.entries()) remembered.set(member.id, { id, size, position: i + 1 });
      }
    }
    return remembered;
  };
}
