import { type Abortable, HayrickError } from '@hayrick/core/backend';
import type { Thread } from './thread-client.ts';
import type { CallName, ThreadCalls } from './thread-protocol.ts';

type ReadCall = Exclude<CallName, 'write' | 'writePacked' | 'finish' | 'close'>;

/**
 * A thread that reads one generation for many callers. SQLite cannot be interrupted, so a call that is aborted ends the thread; those
 * that it was answering besides are asked again of a new one, which the next call starts, also where a thread died by itself.
 */
export class ReadingThread {
  readonly #start: () => Thread;
  #thread: Thread | null = null;
  #closed = false;

  /** @param start starts a thread, or throws where the generation is gone */
  constructor(start: () => Thread) {
    this.#start = start;
  }

  async ask<N extends ReadCall>(
    { signal }: Abortable,
    name: N,
    ...args: Parameters<ThreadCalls[N]>
  ): Promise<ReturnType<ThreadCalls[N]>> {
    for (;;) {
      signal?.throwIfAborted();
      if (this.#closed) throw new HayrickError('CLOSED', 'This reader is closed.');
      this.#thread ??= this.#start();
      const thread = this.#thread;
      const abort = () => this.#giveUp(thread);
      signal?.addEventListener('abort', abort, { once: true });
      try {
        return await thread.call(name, ...args);
      } catch (error) {
        signal?.throwIfAborted();
        const endedByAnother = this.#thread !== thread && !this.#closed;
        if (endedByAnother && error instanceof HayrickError && error.code === 'CLOSED') continue;
        if (thread.ended) this.#giveUp(thread);
        throw error;
      } finally {
        signal?.removeEventListener('abort', abort);
      }
    }
  }

  /** Lets the calls under way finish. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
  }

  #giveUp(thread: Thread): void {
    if (this.#thread === thread) this.#thread = null;
    void thread.terminate();
  }
}
