import type { Access } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import type { ComponentPlace } from '../catalog/thread-catalog.ts';
import { readableThreads } from './readable-threads.ts';

/**
 * Tells where messages stand in their threads, of readable messages alone: `id` is the thread's. Where a component has to be loaded for it, which is not
 * wholly readable or may hold several threads, its messages are remembered for the next call.
 */
export type PlacesInThreads = (ids: readonly string[]) => Promise<ReadonlyMap<string, ComponentPlace>>;

/** Messages remembered: pages in date order come back to the same threads again and again. */
const MOST_REMEMBERED = 50_000;

export function openPlacesInThreads(
  catalog: Catalog,
  access: Access,
  bySubject: readonly string[],
): PlacesInThreads {
  const remembered = new Map<string, ComponentPlace>();
  const load = async (ids: readonly string[]): Promise<void> => {
    const components = await catalog.threadsWith(ids);
    for (const { id, members } of readableThreads(components, access, bySubject)) {
      const size = members.length;
      for (const [i, member] of members.entries()) remembered.set(member.id, { id, size, position: i + 1 });
    }
  };
  return async (ids) => {
    const places = new Map(bySubject.length > 0 ? [] : await catalog.threadPlaces(ids, access.archives));
    const others = ids.filter((id) => !places.has(id));
    if (remembered.size > MOST_REMEMBERED) remembered.clear();
    const unknown = others.filter((id) => !remembered.has(id));
    if (unknown.length > 0) await load(unknown);
    for (const id of others) {
      const place = remembered.get(id);
      if (place !== undefined) places.set(id, place);
    }
    return places;
  };
}
