import { HayrickError } from '@hayrick/core/backend';

export interface PatienceOptions {
  readonly signal?: AbortSignal | undefined;
  /** Waits; without it an overload is the caller's at once. */
  readonly sleep?: ((milliseconds: number, signal?: AbortSignal) => Promise<void>) | undefined;
}

/** Milliseconds to wait where the server takes nothing: after these it is somebody else's turn to try again. */
const PAUSES = [250, 500, 1000, 2000, 4000] as const;

/** How often an overloaded server was asked in vain. */
export class Patience {
  readonly #options: PatienceOptions;
  /** For the error's text: 'Elasticsearch at http://… could not write to …'. */
  readonly #what: string;
  #fruitless = 0;

  constructor(what: string, options: PatienceOptions) {
    this.#what = what;
    this.#options = options;
  }

  /** Something was taken: the server is not stuck. */
  renew(): void {
    this.#fruitless = 0;
  }

  /** Waits, longer each time. @throws HayrickError ENGINE_UNREACHABLE when it has been long enough */
  async wait(): Promise<void> {
    const { sleep, signal } = this.#options;
    const milliseconds = PAUSES[this.#fruitless++];
    if (sleep === undefined || milliseconds === undefined) {
      throw new HayrickError(
        'ENGINE_UNREACHABLE',
        `${this.#what}: it is overloaded. Try again later, or with smaller batches.`,
      );
    }
    await sleep(milliseconds, signal);
    signal?.throwIfAborted();
  }
}
