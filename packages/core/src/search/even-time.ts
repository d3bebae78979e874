import { setImmediate } from 'node:timers/promises';
import { HayrickError } from '../errors.ts';

export interface Timekeeper {
  /** Unix milliseconds. */
  readonly now: () => number;
  readonly sleep: (milliseconds: number, signal?: AbortSignal) => Promise<void>;
}

/** Milliseconds: longer than it takes to find that a message, or a thread of some thousands, may not be read. */
const STEP = 20;
/** Of these the last ones: timers tick in milliseconds and keep the rest of the time that was taken. They are waited for turn by turn. */
const FINE = 2;
/** Turns of the event loop at most: a clock may stand still. */
const TURNS = 10_000;

/**
 * Looks something up for one who may not read everything. That there is nothing, or nothing that may be read, is told at a whole number of steps
 * from the beginning: so the time tells neither from the other.
 * @param all the one who asks may read everything, and need not wait
 * @param isNothing besides an error of the kind `absent`
 */
export async function inEvenTime<T>(
  { now, sleep }: Timekeeper,
  all: boolean,
  look: () => Promise<T>,
  isNothing: (found: T) => boolean = () => false,
): Promise<T> {
  if (all) return look();
  const started = now();
  const end = new AbortController();
  // Begun before anything is looked up, so that what that takes has no part in it.
  const step = sleep(STEP - FINE, end.signal).catch(() => undefined);
  const wait = async (): Promise<void> => {
    const over = Math.max(0, Math.floor((now() - started) / STEP)) * STEP;
    await step;
    if (over > 0) await sleep(Math.max(0, started + over + STEP - FINE - now()));
    const until = started + over + STEP;
    for (let turn = 0; turn < TURNS && now() < until; turn++) await setImmediate();
  };
  try {
    const found = await look();
    if (isNothing(found)) await wait();
    return found;
  } catch (error) {
    if (error instanceof HayrickError && error.kind === 'absent') await wait();
    throw error;
  } finally {
    end.abort();
  }
}
