import { Worker } from 'node:worker_threads';
import { HayrickError } from '@hayrick/core/backend';
import type { CallName, ThreadCalls, ThreadData, ThreadReply } from './thread-protocol.ts';

/** Of a thread's heap, the part for young objects: batches come and go. */
const YOUNG_MIB = 16;

interface Waiting {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** One worker thread and the calls that wait for its answers. */
export class Thread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #path: string;
  #calls = 0;
  #ended: unknown = null;
  #exit: Promise<unknown> | null = null;

  /** @param exited called when the thread is gone */
  constructor(data: ThreadData, exited: () => void) {
    this.#path = data.path;
    this.#worker = new Worker(new URL(import.meta.resolve('@hayrick/sqlite/thread')), {
      workerData: data,
      resourceLimits: { maxYoungGenerationSizeMb: YOUNG_MIB },
    });
    this.#worker.unref();
    this.#worker.on('message', (reply: ThreadReply) => this.#settle(reply));
    this.#worker.on('error', (cause) =>
      this.#end(new HayrickError('WORKER_FAILED', `The thread of the index ${this.#path} died.`, { cause })),
    );
    this.#worker.on('exit', () => {
      this.#end(new HayrickError('CLOSED', `The index ${this.#path} is closed.`));
      exited();
    });
  }

  /** It answers no more. */
  get ended(): boolean {
    return this.#ended !== null;
  }

  call<N extends CallName>(
    name: N,
    ...args: Parameters<ThreadCalls[N]>
  ): Promise<ReturnType<ThreadCalls[N]>> {
    return this.#send(name, args, []);
  }

  /** The same, and the buffers belong to the thread from then on. */
  give<N extends CallName>(
    buffers: readonly ArrayBuffer[],
    name: N,
    ...args: Parameters<ThreadCalls[N]>
  ): Promise<ReturnType<ThreadCalls[N]>> {
    return this.#send(name, args, buffers);
  }

  #send<N extends CallName>(
    name: N,
    args: Parameters<ThreadCalls[N]>,
    buffers: readonly ArrayBuffer[],
  ): Promise<ReturnType<ThreadCalls[N]>> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== null) {
        reject(this.#ended);
        return;
      }
      const call = ++this.#calls;
      this.#waiting.set(call, { resolve: (value) => resolve(value as ReturnType<ThreadCalls[N]>), reject });
      this.#worker.ref();
      this.#worker.postMessage({ call, name, args }, buffers);
    });
  }

  /** Lets the calls under way finish, closes the database and ends the thread. */
  async close(): Promise<void> {
    if (this.#ended === null) await this.call('close').catch(() => undefined);
    await this.terminate();
  }

  /** Ends the thread at once; calls under way fail with CLOSED. */
  async terminate(): Promise<void> {
    this.#end(new HayrickError('CLOSED', `The index ${this.#path} is closed.`));
    this.#exit ??= this.#worker.terminate();
    await this.#exit;
  }

  #settle(reply: ThreadReply): void {
    const waiting = this.#waiting.get(reply.call);
    this.#waiting.delete(reply.call);
    if (this.#waiting.size === 0) this.#worker.unref();
    if (reply.ok) waiting?.resolve(reply.value);
    else waiting?.reject(new HayrickError(reply.code ?? 'ENGINE_FAILED', reply.message));
  }

  #end(error: unknown): void {
    this.#ended ??= error;
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
