import { Worker } from 'node:worker_threads';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import { type KeptTexts, mayBeKept, type TextBlocks } from './kept-texts.ts';
import type {
  FromSnippetThread,
  SnippetRequest,
  Snippets,
  SnippetThreadData,
  ToSnippetThread,
} from './snippet-protocol.ts';

interface Waiting {
  resolve(snippets: Snippets): void;
  reject(error: unknown): void;
}

/** Heap of the thread in MiB: a message over it ends the thread, not the program. */
const HEAP = 384;
const NONE: Snippets = new Map();

/** Makes the snippets of a site's answers in a thread beside the host's, which is started with the first search and keeps nobody from ending. */
export class SnippetThread {
  readonly #data: SnippetThreadData;
  readonly #texts: KeptTexts | null;
  readonly #waiting = new Map<number, Waiting>();
  #worker: Worker | null = null;
  #calls = 0;

  /** @param texts what is kept of messages; null: all are read from their sources */
  constructor(fields: readonly DeclaredField[], texts: KeptTexts | null) {
    this.#texts = texts;
    this.#data = { headers: fields.map((f) => f.header.toLowerCase()) };
  }

  /** Starts the thread if there is none, so that it is there when the engine has answered. */
  start(): void {
    this.#running();
  }

  /**
   * Messages that their sources no longer hold are left out. So are all of a request that the thread died of: answers go without snippets then,
   * and the next request has a new thread.
   * @throws the signal's reason
   */
  async make(request: SnippetRequest, signal?: AbortSignal): Promise<Snippets> {
    if (request.files.length === 0) return NONE;
    const kept = this.#texts === null ? new Map() : await keptOf(this.#texts, request);
    signal?.throwIfAborted();
    const worker = this.#running();
    const call = ++this.#calls;
    return await new Promise<Snippets>((resolve, reject) => {
      const leave = () => {
        worker.postMessage({ kind: 'leave', call } satisfies ToSnippetThread);
        this.#settle(call)?.reject(signal?.reason);
      };
      signal?.addEventListener('abort', leave, { once: true });
      const over = () => signal?.removeEventListener('abort', leave);
      this.#waiting.set(call, {
        resolve: (snippets) => {
          over();
          resolve(snippets);
        },
        reject: (error) => {
          over();
          reject(error);
        },
      });
      worker.ref();
      worker.postMessage({ kind: 'make', call, work: { ...request, kept } } satisfies ToSnippetThread);
    });
  }

  async close(): Promise<void> {
    await this.#worker?.terminate();
  }

  #running(): Worker {
    if (this.#worker !== null) return this.#worker;
    const worker = new Worker(new URL(import.meta.resolve('@hayrick/core/snippet-worker')), {
      workerData: this.#data,
      resourceLimits: { maxOldGenerationSizeMb: HEAP },
    });
    worker.unref();
    worker.on('message', (message: FromSnippetThread) => {
      const waiting = this.#settle(message.call);
      if (message.kind === 'made') waiting?.resolve(message.snippets);
      else waiting?.reject(failed(message.message));
    });
    // Told of by its exit.
    worker.on('error', () => undefined);
    worker.on('exit', () => {
      this.#worker = null;
      for (const call of [...this.#waiting.keys()]) this.#settle(call)?.resolve(NONE);
    });
    this.#worker = worker;
    return worker;
  }

  #settle(call: number): Waiting | undefined {
    const waiting = this.#waiting.get(call);
    this.#waiting.delete(call);
    if (this.#waiting.size === 0) this.#worker?.unref();
    return waiting;
  }
}

function keptOf(texts: KeptTexts, { files }: SnippetRequest): Promise<TextBlocks> {
  const messages = files.flatMap((file) => file.messages);
  return texts.blocksOf(messages.filter(({ place }) => mayBeKept(texts.mode, place)).map(({ id }) => id));
}

function failed(message: string): HayrickError {
  return new HayrickError('WORKER_FAILED', `The thread that makes snippets failed: ${message}`);
}
