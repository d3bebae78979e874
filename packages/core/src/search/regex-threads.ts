import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { HayrickError } from '../errors.ts';
import type { RegexReply, RegexRequest } from './regex-protocol.ts';

/** Queries with regular expressions that are worked on at a time; further ones wait for their turn. */
const AT_ONCE = 4;
/** Heap of a thread in MiB: a pattern over it ends the thread, not the program. */
const HEAP = 256;

/** Tries regular expressions beside the host's thread. Each query has a thread to itself, so that one that takes long keeps nobody waiting. */
export class RegexThreads {
  readonly #turns = new PQueue({ concurrency: AT_ONCE });
  /** Started, and without a query. */
  readonly #idle: RegexThread[] = [];
  #closed = false;

  /** Lends a thread. One that died or was given up in between is not used again. */
  async lend<T>(use: (thread: RegexThread) => Promise<T>, signal?: AbortSignal): Promise<T> {
    signal?.throwIfAborted();
    return await this.#turns.add(
      async () => {
        const thread = this.#idle.pop() ?? new RegexThread();
        try {
          return await use(thread);
        } finally {
          if (this.#closed || thread.ended) await thread.close();
          else this.#idle.push(thread);
        }
      },
      signal === undefined ? {} : { signal },
    );
  }

  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all(this.#idle.splice(0).map((thread) => thread.close()));
  }
}

/** One thread, which tries the values of one request at a time. */
export class RegexThread {
  readonly #worker: Worker;
  #waiting: { resolve(places: readonly number[]): void; reject(error: unknown): void } | null = null;
  #ended = false;

  constructor() {
    this.#worker = new Worker(new URL(import.meta.resolve('@hayrick/core/regex-worker')), {
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: RegexReply) => {
      if (reply.kind === 'matches') this.#settle()?.resolve(reply.places);
      else this.#settle()?.reject(failed(reply.message));
    });
    this.#worker.on('error', (error: Error) => this.#end(failed(error.message)));
    this.#worker.on('exit', () => this.#end(failed('it ended')));
  }

  /** It answers no more. */
  get ended(): boolean {
    return this.#ended;
  }

  /**
   * The places, in the list, of the messages one of whose values matches. Where it is given up the thread ends, since nothing else stops a match.
   * @throws the signal's reason
   */
  async matching(
    pattern: string,
    values: readonly (readonly string[])[],
    signal?: AbortSignal,
  ): Promise<readonly number[]> {
    signal?.throwIfAborted();
    const giveUp = () => {
      this.#end(signal?.reason);
      void this.#worker.terminate();
    };
    signal?.addEventListener('abort', giveUp, { once: true });
    try {
      return await new Promise((resolve, reject) => {
        this.#waiting = { resolve, reject };
        this.#worker.ref();
        this.#worker.postMessage({ pattern, values } satisfies RegexRequest);
      });
    } finally {
      signal?.removeEventListener('abort', giveUp);
    }
  }

  async close(): Promise<void> {
    this.#end(failed('it was closed'));
    await this.#worker.terminate();
  }

  #settle() {
    const waiting = this.#waiting;
    this.#waiting = null;
    this.#worker.unref();
    return waiting;
  }

  #end(error: unknown): void {
    this.#ended = true;
    this.#settle()?.reject(error);
  }
}

function failed(message: string): HayrickError {
  return new HayrickError('WORKER_FAILED', `The thread that tries regular expressions failed: ${message}`);
}
