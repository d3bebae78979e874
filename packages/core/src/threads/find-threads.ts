import type { Access } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { readableThreads, type Thread } from './readable-threads.ts';

/**
 * The readable threads of a name: the id of a message in it, or a Message-ID, with or without brackets, that stands in it or that a message of
 * it refers to. None where nothing readable knows the name.
 */
export async function findThreads(
  catalog: Catalog,
  name: string,
  access: Access,
  bySubject: readonly string[],
): Promise<readonly Thread[]> {
  const bare = name.trim().replace(/^<(.*)>$/s, '$1');
  if (/^[0-9a-f]{32}$/.test(bare)) {
    const threads = readableThreads(await catalog.threadsWith([bare]), access, bySubject);
    const holding = threads.filter(({ members }) => members.some(({ id }) => id === bare));
    if (holding.length > 0) return holding;
  }
  return readableThreads(await catalog.threadsNaming(bare), access, bySubject).filter(({ members }) =>
    members.some(({ messageId, references }) => messageId === bare || references.includes(bare)),
  );
}
