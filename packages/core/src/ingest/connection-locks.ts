import type { Backend } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import type { Lock } from './lock.ts';
import type { SiteLocks } from './site-locks.ts';

/** What one run holds of one connection: the building of a new generation, or the draining into the live one. */
export interface HeldConnection {
  /** The generation that is drained into; null: a new one is built. */
  readonly drained: string | null;
  /** Follows the connection: another generation may have become the live one since. Answers which; null: a new one is to be built. LOCKED. */
  follow(): Promise<string | null>;
  release(): void;
}

/** How often another generation may become the live one between being seen and being locked. */
const SWAPS_IN_A_ROW = 5;

/**
 * Locks a connection for writing. Those who update one that is being rebuilt go on beside that, and whoever ends a rebuild drains what they
 * have put into the log.
 * @param rebuild a new generation is wanted; else only where there is none
 * @throws HayrickError LOCKED
 */
export async function holdConnection(
  locks: SiteLocks,
  connection: string,
  backend: Pick<Backend, 'live'>,
  rebuild: boolean,
): Promise<HeldConnection> {
  let lock: Lock | null = null;
  let drained: string | null = null;

  function release(): void {
    lock?.release();
    lock = null;
    drained = null;
  }

  async function take(): Promise<string | null> {
    if (rebuild) {
      lock ??= await locks.build(connection);
      return null;
    }
    for (let attempt = 1; attempt <= SWAPS_IN_A_ROW; attempt++) {
      const live = await backend.live();
      if (lock !== null && drained === live) return live;
      release();
      lock = live === null ? await locks.build(connection) : await locks.drain(connection, live);
      drained = live;
    }
    release();
    throw new HayrickError(
      'LOCKED',
      `The live generation of connection "${connection}" is changed again and again by others. Run the command again.`,
    );
  }

  try {
    await take();
  } catch (error) {
    // The engine may fail behind the lock.
    release();
    throw error;
  }
  return {
    get drained() {
      return drained;
    },
    follow: take,
    release,
  };
}
