import { OpenGeneration } from './open-generation.ts';

/** An open generation for one of its users. */
export interface Lease {
  readonly generation: OpenGeneration;
  /** The last user's release closes it. */
  release(): Promise<void>;
}

/** The generations that a backend has in memory: each once, however many read and write it. */
export interface Leases {
  take(name: string): Promise<Lease>;
  /** Later users open it anew; present ones keep it. */
  forget(name: string): void;
  closeAll(): Promise<void>;
}

interface Shared {
  readonly opened: Promise<OpenGeneration>;
  users: number;
}

export function createLeases(directory: string): Leases {
  const byName = new Map<string, Shared>();
  const all = new Set<Shared>();

  function share(name: string): Shared {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const shared = { opened: OpenGeneration.open(directory, name), users: 0 };
    byName.set(name, shared);
    all.add(shared);
    return shared;
  }

  async function release(name: string, shared: Shared): Promise<void> {
    shared.users--;
    if (shared.users > 0 || !all.delete(shared)) return;
    if (byName.get(name) === shared) byName.delete(name);
    const [opened] = await Promise.allSettled([shared.opened]);
    if (opened.status === 'fulfilled') await opened.value.close();
  }

  return {
    async take(name) {
      const shared = share(name);
      shared.users++;
      try {
        const generation = await shared.opened;
        let released: Promise<void> | null = null;
        return {
          generation,
          release() {
            released ??= release(name, shared);
            return released;
          },
        };
      } catch (error) {
        await release(name, shared);
        throw error;
      }
    },
    forget(name) {
      byName.delete(name);
    },
    async closeAll() {
      const opened = await Promise.allSettled([...all].map((shared) => shared.opened));
      all.clear();
      byName.clear();
      for (const one of opened) if (one.status === 'fulfilled') await one.value.close();
    },
  };
}
