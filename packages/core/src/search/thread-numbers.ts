import { setImmediate } from 'node:timers/promises';
import type { Access } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readableThreads } from '../threads/index.ts';

/** Readable threads of many messages, numbered from 0 as they are met. What is kept is a number each, and ids of those that are not wholly readable. */
export interface ThreadNumbers {
  /** How many were met. */
  readonly count: number;
  /** Of each message; null: it may not be read, or is not there. */
  of(ids: readonly string[]): Promise<readonly (number | null)[]>;
  /** Ids of all messages of the threads that were met, a part at a time. */
  members(): AsyncGenerator<readonly string[]>;
}

/** Messages whose threads are loaded at a time, and threads whose members are: the host stands still meanwhile. */
const LOADED = 200;
const LISTED = 5000;

export function numberThreads(catalog: Catalog, access: Access, bySubject: readonly string[]): ThreadNumbers {
  /** Of components that may be read wholly and so are a thread. */
  const numberOfKey = new Map<number, number>();
  /** Of the others, by message. */
  const threadOf = new Map<string, readonly string[]>();
  const numberOfThread = new Map<readonly string[], number>();
  let count = 0;

  function numberIn<K>(numbers: Map<K, number>, key: K): number {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, count);
    return count++;
  }

  async function load(ids: readonly string[]): Promise<void> {
    for (let at = 0; at < ids.length; at += LOADED) {
      const asked = ids.slice(at, at + LOADED).filter((id) => !threadOf.has(id));
      for (const { members } of readableThreads(await catalog.threadsWith(asked), access, bySubject)) {
        const thread = members.map(({ id }) => id);
        // Of a component that was loaded before, the threads are the same.
        if (threadOf.has(thread[0] ?? '')) continue;
        for (const id of thread) threadOf.set(id, thread);
      }
      await setImmediate();
    }
  }

  return {
    get count() {
      return count;
    },
    async of(ids) {
      const { keys, mixed } = await catalog.threadKeys(ids, access.archives);
      const isWhole = (key: number): boolean => bySubject.length === 0 && !mixed.has(key);
      const toLoad = ids.filter((id, i) => {
        const key = keys[i] ?? null;
        return key !== null && !isWhole(key) && !threadOf.has(id);
      });
      if (toLoad.length > 0) await load(toLoad);
      return ids.map((id, i) => {
        const key = keys[i] ?? null;
        if (key === null) return null;
        if (isWhole(key)) return numberIn(numberOfKey, key);
        const thread = threadOf.get(id);
        return thread === undefined ? null : numberIn(numberOfThread, thread);
      });
    },
    async *members() {
      const keys = [...numberOfKey.keys()];
      for (let at = 0; at < keys.length; at += LISTED) {
        yield await catalog.threadMembers(keys.slice(at, at + LISTED));
        await setImmediate();
      }
      yield* numberOfThread.keys();
    },
  };
}
