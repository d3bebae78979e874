import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
} from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { INDEX_INDEXES, indexDdl } from './ddl.ts';
import {
  createGeneration,
  databasePath,
  describeGeneration,
  describeGenerations,
  dropGeneration,
  readCurrent,
  requireGeneration,
  writeCurrent,
} from './generations.ts';
import { Thread } from './thread-client.ts';

const SUPPORTS: Capabilities = {
  phrases: true,
  prefixes: true,
  proximity: false,
  fuzzy: false,
  regex: false,
  relevance: true,
  atomicBatches: true,
};

export async function openBackend(context: BackendContext): Promise<Backend> {
  const { directory, fields } = context;
  const open = new Set<Thread>();
  let closed = false;

  function start(role: 'load' | 'update' | 'read', generation: string): Thread {
    if (closed) throw new HayrickError('CLOSED', `The connection ${context.connection} is closed.`);
    const thread = new Thread({ role, path: databasePath(directory, generation), fields });
    open.add(thread);
    return thread;
  }

  async function end(thread: Thread): Promise<void> {
    open.delete(thread);
    await thread.close();
  }

  function checkOpen(): void {
    if (closed) throw new HayrickError('CLOSED', `The connection ${context.connection} is closed.`);
  }

  function writer(role: 'load' | 'update', generation: string, applied: number): GenerationWriter {
    const thread = start(role, generation);
    let reached = applied;
    return {
      generation,
      get applied() {
        return reached;
      },
      async write(changes, upTo, options) {
        options?.signal?.throwIfAborted();
        const { outcome, applied: safe } = await thread.call('write', changes, upTo);
        reached = safe;
        return outcome;
      },
      async writePacked(packed, upTo, options) {
        options?.signal?.throwIfAborted();
        const { outcome, applied: safe } = await thread.give(
          [packed.bytes.buffer],
          'writePacked',
          packed,
          upTo,
        );
        reached = safe;
        return outcome;
      },
      finish: () => thread.call('finish'),
      close: () => end(thread),
    };
  }

  function reader(generation: string, fingerprint: string): GenerationReader {
    const thread = start('read', generation);
    return {
      generation,
      fingerprint,
      state: async () => `${generation}.${await thread.call('state')}`,
      search: (request, access, options) =>
        abortable(thread, options?.signal, thread.call('search', request, access)),
      count: (condition, access, options) =>
        abortable(thread, options?.signal, thread.call('count', condition, access)),
      explain: (condition, access) => thread.call('explain', condition, access),
      close: () => end(thread),
    };
  }

  return {
    engine: 'sqlite',
    version: sqliteVersion(),
    supports: SUPPORTS,
    target: directory,
    async generations() {
      checkOpen();
      return describeGenerations(directory);
    },
    async create(fingerprint) {
      checkOpen();
      const generation = createGeneration(directory, fields, { fingerprint, now: context.now() });
      return writer('load', generation, 0);
    },
    async writer(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      const info = describeGeneration(directory, generation, readCurrent(directory));
      return writer(info.state === 'building' ? 'load' : 'update', generation, info.applied);
    },
    async swap(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      writeCurrent(directory, generation);
    },
    async drop(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      dropGeneration(directory, generation);
    },
    async live() {
      checkOpen();
      return readCurrent(directory);
    },
    async reader(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      const info = describeGeneration(directory, generation, generation);
      return reader(generation, info.fingerprint);
    },
    schema: () => `${indexDdl(fields).trim()}\n${INDEX_INDEXES.trim()}\n`,
    async close() {
      closed = true;
      await Promise.all([...open].map(end));
    },
  };
}

/** A search that nobody waits for any more is not worth finishing: its thread is ended. */
async function abortable<T>(thread: Thread, signal: AbortSignal | undefined, answer: Promise<T>): Promise<T> {
  if (signal === undefined) return answer;
  const abort = () => void thread.terminate();
  signal.addEventListener('abort', abort, { once: true });
  try {
    signal.throwIfAborted();
    return await answer;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  } finally {
    signal.removeEventListener('abort', abort);
  }
}

function sqliteVersion(): string {
  const db = new Database(':memory:');
  const { v } = db.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get() ?? { v: '' };
  db.close();
  return `SQLite ${v}`;
}
