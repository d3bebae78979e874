import { type Abortable, HayrickError } from '@hayrick/core/backend';
import type { Thread } from './thread-client.ts';
import type { CallName, ThreadCalls } from './thread-protocol.ts';

type ReadCall = Exclude<CallName, 'write' | 'writePacked' | 'finish' | 'close'>;

export interface ReadingOptions {
  /** Threads that answer at a time. */
  readonly most: number;
  /** That a question may take, waiting for its turn included; null: as long as it will. */
  readonly seconds: number | null;
}

/** How long a question waits for those before it, until a further thread is started for it: most are answered sooner than one starts. */
const PATIENCE = 25;
/** Questions after which a second thread is started at once: who asks once is answered before it would be there. */
const FEW = 4;

interface Waiting {
  take(thread: Thread): void;
  refuse(error: unknown): void;
}

/**
 * Threads that read one generation for many callers, so that a question that takes long keeps nobody waiting: each has one question at a
 * time, and the one that was free last is asked first, since it remembers most. SQLite cannot be interrupted: a question that is aborted or
 * takes too long ends its thread, which counts until it is gone, so that however many are given up no more than twice `most` work at a time.
 */
export class ReadingThreads {
  readonly #start: () => Thread;
  readonly #options: ReadingOptions;
  readonly #idle: Thread[] = [];
  readonly #busy = new Set<Thread>();
  readonly #waiting: Waiting[] = [];
  readonly #asked = new Set<Promise<unknown>>();
  #starting: Promise<void> | null = null;
  #ending = 0;
  #answered = 0;
  #closed = false;

  /** @param start starts a thread, or throws where the generation is gone */
  constructor(start: () => Thread, options: ReadingOptions) {
    this.#start = start;
    this.#options = options;
  }

  /** @param behind answered first; the time for it is this question's as well, and so is its failure */
  async ask<N extends ReadCall>(
    options: Abortable & { readonly behind?: Promise<unknown> | undefined },
    name: N,
    ...args: Parameters<ThreadCalls[N]>
  ): Promise<ReturnType<ThreadCalls[N]>> {
    if (this.#closed) throw new HayrickError('CLOSED', 'This reader is closed.');
    const asked = this.#ask(options, name, args);
    this.#asked.add(asked);
    try {
      return await asked;
    } finally {
      this.#asked.delete(asked);
    }
  }

  /** Whether a question may have a thread of its own that could wait for another of the same caller: half are left to others. */
  get hasRoom(): boolean {
    return this.#busy.size <= this.#options.most / 2;
  }

  /** Lets the questions under way finish, those that wait for a thread included. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.allSettled(this.#asked);
    await this.#starting;
    await Promise.all(this.#idle.splice(0).map((thread) => thread.close()));
  }

  async #ask<N extends ReadCall>(
    { signal, behind }: Abortable & { readonly behind?: Promise<unknown> | undefined },
    name: N,
    args: Parameters<ThreadCalls[N]>,
  ): Promise<ReturnType<ThreadCalls[N]>> {
    const { seconds } = this.#options;
    signal?.throwIfAborted();
    const end = new AbortController();
    const abort = () => end.abort(signal?.reason);
    const late = seconds === null ? undefined : setTimeout(() => end.abort(tooLong(seconds)), seconds * 1000);
    signal?.addEventListener('abort', abort, { once: true });
    try {
      if (behind !== undefined) await Promise.race([behind, abortOf(end.signal)]);
      const thread = await this.#turn(end.signal);
      return await this.#answer(thread, end.signal, () => thread.call(name, ...args));
    } finally {
      clearTimeout(late);
      signal?.removeEventListener('abort', abort);
    }
  }

  /** A thread that has nothing else to do. */
  async #turn(signal: AbortSignal): Promise<Thread> {
    for (let idle = this.#idle.pop(); idle !== undefined; idle = this.#idle.pop())
      if (!idle.ended) return this.#occupy(idle);
    return new Promise((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearTimeout(patience);
        signal.removeEventListener('abort', abort);
        const at = this.#waiting.indexOf(waiting);
        if (at >= 0) this.#waiting.splice(at, 1);
        act();
      };
      const waiting: Waiting = {
        take: (thread) => settle(() => resolve(this.#occupy(thread))),
        refuse: (error) => settle(() => reject(error)),
      };
      const abort = () => waiting.refuse(signal.reason);
      const patience = setTimeout(() => this.#grow(), PATIENCE);
      signal.addEventListener('abort', abort, { once: true });
      this.#waiting.push(waiting);
      if (this.#busy.size === 0 || (this.#busy.size === 1 && this.#answered >= FEW)) this.#grow();
    });
  }

  /** Starts a thread for those who wait: one at a time, since of many questions at once most are answered by the first that is there. */
  #grow(): void {
    const { most } = this.#options;
    const mayStart = this.#busy.size + this.#idle.length < most && this.#busy.size + this.#ending < 2 * most;
    if (this.#waiting.length === 0 || this.#starting !== null || !mayStart) return;
    this.#starting = this.#startOne().finally(() => {
      this.#starting = null;
      if (this.#waiting.length > 0) setTimeout(() => this.#grow(), PATIENCE);
    });
  }

  async #startOne(): Promise<void> {
    try {
      const thread = this.#start();
      await thread.call('opened');
      this.#offer(thread);
    } catch (error) {
      // Of a generation that is gone those threads still answer that have it open.
      if (this.#busy.size > 0 || this.#idle.length > 0) return;
      for (const waiting of [...this.#waiting]) waiting.refuse(error);
    }
  }

  #offer(thread: Thread): void {
    const [first] = this.#waiting;
    if (first !== undefined) first.take(thread);
    else this.#idle.push(thread);
  }

  #occupy(thread: Thread): Thread {
    this.#busy.add(thread);
    return thread;
  }

  async #answer<T>(thread: Thread, signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    const giveUp = () => this.#end(thread);
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      signal.throwIfAborted();
      const answer = await call();
      this.#answered++;
      return answer;
    } catch (error) {
      signal.throwIfAborted();
      throw error;
    } finally {
      signal.removeEventListener('abort', giveUp);
      this.#free(thread);
    }
  }

  /** To the one who waits longest, if it still answers. */
  #free(thread: Thread): void {
    if (!this.#busy.delete(thread)) return;
    if (thread.ended) this.#grow();
    else this.#offer(thread);
  }

  #end(thread: Thread): void {
    if (!this.#busy.delete(thread)) return;
    this.#ending++;
    const gone = (): void => {
      this.#ending--;
      this.#grow();
    };
    void thread.terminate().then(gone, gone);
    this.#grow();
  }
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

function tooLong(seconds: number): HayrickError {
  return new HayrickError(
    'QUERY_TOO_LARGE',
    `The index has not answered within ${seconds} s, the connection's timeout: ask for less at a time, or set a longer timeout.`,
  );
}
