import type { OpenConnection } from './generations.ts';
import type { SiteLocks } from './site-locks.ts';

/**
 * Empties a connection: an empty generation takes the place of all that are there. Answers how many documents the live one held.
 * @throws HayrickError LOCKED
 */
export async function clearConnection(
  { settings: { name }, backend }: OpenConnection,
  fingerprint: string,
  locks: SiteLocks,
): Promise<number> {
  const held = [await locks.build(name)];
  try {
    const live = await backend.live();
    if (live !== null) held.push(await locks.drain(name, live));
    const before = await backend.generations();
    const writer = await backend.create(fingerprint);
    await writer.finish();
    await writer.close();
    await locks.swapping(name, async () => {
      await backend.swap(writer.generation);
      for (const generation of before) await backend.drop(generation.name);
    });
    return before.find((g) => g.state === 'live')?.documents ?? 0;
  } finally {
    for (const lock of held) lock.release();
  }
}
