import { Worker } from 'node:worker_threads';
import PQueue from 'p-queue';
import { HayrickError } from '../errors.ts';
import type { DeclaredField } from '../fields/fields.ts';
import type { StoreMode } from '../settings/settings.ts';
import { addReads, type Reads } from './report.ts';
import type { Batch, FromWorker, ToWorker, Unit } from './worker-protocol.ts';

export interface WorkerPool {
  /**
   * Runs a unit on the next free thread. `onBatch` is awaited before the thread may send more, so memory stays bounded.
   * A thread that dies of a message is replaced and the unit done again without that message, which is then quarantined.
   */
  run(unit: Unit, onBatch: (batch: Batch) => Promise<void>): Promise<void>;
  /** Resolves when a further unit may be queued without more than twice the threads' number waiting. */
  room(): Promise<void>;
  /** Resolves when everything queued is done. */
  idle(): Promise<void>;
  /** What has been read, of whole units. */
  readonly reads: Readonly<Reads>;
  close(): Promise<void>;
}

/** A thread is given up that works at one message for so long, in milliseconds. */
const STUCK_AFTER = 120_000;
/** Heap of one thread in MiB: a message over it ends the thread, not the program. */
const HEAP = 384;
/** Young objects in a small part of it: they die young. */
const YOUNG = 16;

interface ParseThread {
  readonly worker: Worker;
  readonly at: Float64Array;
  /** Who is told of what the thread says, and of its death. */
  hear: (message: FromWorker) => void;
  died: (error: unknown) => void;
}

export function openWorkerPool(options: {
  readonly threads: number;
  readonly fields: readonly DeclaredField[];
  /** Default: of no archive. */
  readonly patched?: readonly string[] | undefined;
  /** Default: no texts are packed. */
  readonly store?: StoreMode | undefined;
  /** Module of the document hook; default: there is none. */
  readonly hook?: string | null | undefined;
  readonly signal?: AbortSignal | undefined;
  /** MiB of a thread's heap. */
  readonly heap?: number | undefined;
}): WorkerPool {
  const { threads, fields, patched = [], store = 'never', hook = null, signal, heap = HEAP } = options;
  const queue = new PQueue({ concurrency: threads });
  const free: ParseThread[] = [];
  const all = new Set<ParseThread>();
  const reads: Reads = { filesOpened: 0, bytesRead: 0, messagesParsed: 0 };

  function start(): ParseThread {
    const at = new SharedArrayBuffer(2 * Float64Array.BYTES_PER_ELEMENT);
    const worker = new Worker(new URL(import.meta.resolve('@hayrick/core/parse-worker')), {
      workerData: { fields, patched, store, hook, at },
      resourceLimits: { maxOldGenerationSizeMb: heap, maxYoungGenerationSizeMb: YOUNG },
    });
    const thread: ParseThread = {
      worker,
      at: new Float64Array(at).fill(-1),
      hear: () => undefined,
      died: () => undefined,
    };
    worker.on('message', (message: FromWorker) => thread.hear(message));
    worker.on('error', (error) => thread.died(error));
    worker.on('exit', () => {
      all.delete(thread);
      if (free.includes(thread)) free.splice(free.indexOf(thread), 1);
      thread.died(new Error('it stopped answering'));
    });
    all.add(thread);
    return thread;
  }

  async function runOnce(
    thread: ParseThread,
    unit: Unit,
    onBatch: (batch: Batch) => Promise<void>,
  ): Promise<ThreadEnd> {
    const { worker, at } = thread;
    const send = (message: ToWorker) => worker.postMessage(message);
    return new Promise<ThreadEnd>((resolve) => {
      let handled: Promise<void> = Promise.resolve();
      let last = [at[0], at[1]];
      const watch = setInterval(() => {
        const now = [at[0], at[1]];
        if (now[0] !== -1 && now[0] === last[0] && now[1] === last[1]) void worker.terminate();
        last = now;
      }, STUCK_AFTER);
      const end = (how: ThreadEnd) => {
        clearInterval(watch);
        thread.hear = () => undefined;
        thread.died = () => undefined;
        handled.then(
          () => resolve(how),
          (error: unknown) => resolve({ kind: 'refused', error }),
        );
      };
      const failed = (message: string) =>
        end({
          kind: 'refused',
          error: new HayrickError('WORKER_FAILED', `A parsing thread failed: ${message}`),
        });
      thread.died = (error) => end({ kind: 'died', error });
      thread.hear = (message) => {
        if (message.kind === 'done') {
          addReads(reads, message.reads);
          end({ kind: 'done' });
        } else if (message.kind === 'failed') failed(message.message);
        else {
          handled = handled.then(() => onBatch(message.batch)).then(() => send({ kind: 'credit' }));
          handled.catch((error: unknown) => end({ kind: 'refused', error }));
        }
      };
      send({ kind: 'unit', unit });
    });
  }

  async function discard(thread: ParseThread): Promise<void> {
    all.delete(thread);
    await thread.worker.terminate();
  }

  async function run(unit: Unit, onBatch: (batch: Batch) => Promise<void>): Promise<void> {
    signal?.throwIfAborted();
    let todo = unit;
    for (;;) {
      const thread = free.pop() ?? start();
      const end = await runOnce(thread, todo, onBatch);
      if (end.kind === 'done') {
        free.push(thread);
        return;
      }
      const deadly = { file: thread.at[0] ?? -1, offset: thread.at[1] ?? -1 };
      await discard(thread);
      signal?.throwIfAborted();
      if (end.kind === 'refused') throw end.error;
      const again = todo.skip.some((place) => place.file === deadly.file && place.offset === deadly.offset);
      if (deadly.file < 0 || again) {
        throw new HayrickError(
          'WORKER_FAILED',
          'A parsing thread died and no message is to blame. Run the command again with fewer --workers.',
          { cause: end.error },
        );
      }
      todo = { ...todo, skip: [...todo.skip, deadly] };
    }
  }

  return {
    reads,
    run: (unit, onBatch) => queue.add(() => run(unit, onBatch)),
    room: () => queue.onSizeLessThan(threads * 2),
    idle: () => queue.onIdle(),
    async close() {
      queue.clear();
      await Promise.all([...all].map(discard));
    },
  };
}

type ThreadEnd =
  | { readonly kind: 'done' }
  /** What was made of its batches failed, or the thread itself gave up: not a message's fault. */
  | { readonly kind: 'refused'; readonly error: unknown }
  | { readonly kind: 'died'; readonly error: unknown };
