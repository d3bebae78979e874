import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type GenerationInspector,
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
  recoverGeneration,
  requireGeneration,
  writeCurrent,
} from './generations.ts';
import { ReadingThread } from './reading-thread.ts';
import { Thread } from './thread-client.ts';
import type { ThreadData } from './thread-protocol.ts';

const SUPPORTS: Capabilities = {
  phrases: true,
  prefixes: true,
  proximity: true,
  fuzzy: true,
  regex: true,
  relevance: true,
  atomicBatches: true,
  fieldOrder: true,
  scoring: true,
  stats: true,
  kept: true,
  raw: true,
};

export async function openBackend(context: BackendContext): Promise<Backend> {
  const { directory, fields } = context;
  const open = new Set<Thread>();
  let closed = false;

  function start(role: ThreadData['role'], generation: string): Thread {
    if (closed) throw new HayrickError('CLOSED', `The connection ${context.connection} is closed.`);
    const thread = new Thread({ role, path: databasePath(directory, generation), fields }, () =>
      open.delete(thread),
    );
    open.add(thread);
    return thread;
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
      close: () => thread.close(),
    };
  }

  function reader(generation: string, fingerprint: string): GenerationReader {
    const thread = new ReadingThread(() => {
      requireGeneration(directory, generation);
      return start('read', generation);
    });
    return {
      generation,
      fingerprint,
      state: async () => `${generation}.${await thread.ask({}, 'state')}`,
      search: (request, access, options = {}) => thread.ask(options, 'search', request, access),
      count: (condition, access, options = {}) => thread.ask(options, 'count', condition, access),
      explain: (condition, access) => thread.ask({}, 'explain', condition, access),
      ordered: (request, access, options = {}) => thread.ask(options, 'ordered', request, access),
      stats: (field, condition, access, options = {}) =>
        thread.ask(options, 'stats', field, condition, access),
      kept: (ids, access, options = {}) => thread.ask(options, 'kept', ids, access),
      raw: (query, limit, access, options = {}) => thread.ask(options, 'raw', query, limit, access),
      close: () => thread.close(),
    };
  }

  function inspector(generation: string): GenerationInspector {
    const thread = new ReadingThread(() => {
      requireGeneration(directory, generation);
      return start('inspect', generation);
    });
    return {
      generation,
      stored: (after, limit, options = {}) => thread.ask(options, 'stored', after, limit),
      check: (options = {}) => thread.ask(options, 'check'),
      compare: (documents, options = {}) => thread.ask(options, 'compare', documents),
      close: () => thread.close(),
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
      const live = readCurrent(directory);
      if (generation !== live) recoverGeneration(directory, generation);
      const info = describeGeneration(directory, generation, live);
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
      const opened = reader(generation, info.fingerprint);
      // Only a file that is open outlives its generation's end.
      await opened.state();
      return opened;
    },
    async inspect(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      return inspector(generation);
    },
    schema: () => `${indexDdl(fields).trim()}\n${INDEX_INDEXES.trim()}\n`,
    async close() {
      closed = true;
      await Promise.all([...open].map((thread) => thread.close()));
    },
  };
}

function sqliteVersion(): string {
  const db = new Database(':memory:');
  const { v } = db.prepare<[], { v: string }>('SELECT sqlite_version() AS v').get() ?? { v: '' };
  db.close();
  return `SQLite ${v}`;
}
