import { HayrickError } from '../errors.ts';
import type { Abortable } from './backend.ts';

/** What a gate stands before. */
interface Behind {
  /** For the text of errors: "The reader of generation g1". */
  readonly what: string;
  readonly engine: string;
  /** A gate that closes this one with it. */
  readonly around: Gate | null;
}

/** Lets calls to an engine through until it is closed; what closes it waits for those under way. */
export class Gate {
  readonly #behind: Behind;
  readonly #underWay = new Set<Promise<unknown>>();
  #closing: Promise<void> | null = null;

  constructor(behind: Behind) {
    this.#behind = behind;
  }

  get closed(): boolean {
    return this.#closing !== null || (this.#behind.around?.closed ?? false);
  }

  /** @throws HayrickError CLOSED without calling; what the engine throws, as a HayrickError; what the caller aborts with, as it is */
  async pass<T>(call: () => Promise<T>, { signal }: Abortable = {}): Promise<T> {
    if (this.closed) throw new HayrickError('CLOSED', `${this.#behind.what} is closed.`);
    const running = call();
    this.#underWay.add(running);
    try {
      return await running;
    } catch (error) {
      throw signal?.aborted === true ? error : engineFailure(error, this.#behind.engine);
    } finally {
      this.#underWay.delete(running);
    }
  }

  /** When no call is under way any more, however they ended. */
  async quiet(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.allSettled(this.#underWay);
  }

  /** Lets nothing more through, waits for what is under way and calls `end`: once, however often it is closed. */
  close(end: () => Promise<void>): Promise<void> {
    this.#closing ??= this.#close(end);
    return this.#closing;
  }

  async #close(end: () => Promise<void>): Promise<void> {
    await this.quiet();
    try {
      await end();
    } catch (error) {
      throw engineFailure(error, this.#behind.engine);
    }
  }
}

/** Engines may throw what their libraries throw. */
function engineFailure(error: unknown, engine: string): HayrickError {
  if (error instanceof HayrickError) return error;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof Error && 'code' in error && error.code === 'ENOSPC') {
    const advice = 'Make room and run the command again: it goes on where it stopped.';
    return new HayrickError('DISK_FULL', `The engine "${engine}" found no room on the disk. ${advice}`, {
      cause: error,
    });
  }
  const advice = 'Run the command again; --traceback shows where it happened.';
  return new HayrickError('ENGINE_FAILED', `The engine "${engine}" failed: ${message}. ${advice}`, {
    cause: error,
  });
}
