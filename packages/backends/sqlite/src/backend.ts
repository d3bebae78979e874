import {
  type Backend,
  type BackendContext,
  type Capabilities,
  type Condition,
  type GenerationInspector,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
} from '@hayrick/core/backend';
import Database from 'better-sqlite3';
import { INDEX_INDEXES, indexDdl } from './ddl.ts';
import { isExact } from './exact.ts';
import {
  createGeneration,
  databasePath,
  describeGeneration,
  describeGenerations,
  foldersIn,
  recoverGeneration,
} from './generations.ts';
import { ReadingThreads } from './reading-threads.ts';
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
  facets: true,
  kept: true,
  raw: true,
};

/** Threads that read one generation: a question that takes long leaves those of others to the others. */
const READING = 8;

export async function openBackend(context: BackendContext): Promise<Backend> {
  const { directory, fields } = context;
  const folders = foldersIn(directory);
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
    const threads = new ReadingThreads(
      () => {
        folders.require(generation);
        return start('read', generation);
      },
      { most: READING, seconds: context.timeout ?? null },
    );
    const alone = new Map<
      Condition,
      { readonly what: 'page' | 'count'; readonly answer: Promise<unknown> }
    >();

    /**
     * A page and its count are asked of one condition at once: in two threads, or one behind the other where others would have to wait, or
     * where the thread that has made the condition exact remembers it for the second. Where the first fails the second is not asked.
     */
    function paired<T>(
      what: 'page' | 'count',
      condition: Condition,
      ask: (behind?: Promise<unknown>) => Promise<T>,
    ): Promise<T> {
      const other = alone.get(condition);
      if (other !== undefined && other.what !== what) {
        alone.delete(condition);
        return isExact(condition) && threads.hasRoom ? ask() : ask(other.answer);
      }
      const answer = ask();
      const entry = { what, answer };
      alone.set(condition, entry);
      const over = (): void => {
        if (alone.get(condition) === entry) alone.delete(condition);
      };
      answer.then(over, over);
      return answer;
    }

    return {
      generation,
      fingerprint,
      state: async () => `${generation}.${await threads.ask({}, 'state')}`,
      search: (request, access, options = {}) =>
        paired('page', request.condition, (behind) =>
          threads.ask({ ...options, behind }, 'search', request, access),
        ),
      count: (condition, access, options = {}) =>
        paired('count', condition, (behind) =>
          threads.ask({ ...options, behind }, 'count', condition, access),
        ),
      explain: (condition, access) => threads.ask({}, 'explain', condition, access),
      ordered: (request, access, options = {}) => threads.ask(options, 'ordered', request, access),
      stats: (field, condition, access, options = {}) =>
        threads.ask(options, 'stats', field, condition, access),
      facets: (request, access, options = {}) => threads.ask(options, 'facets', request, access),
      kept: (ids, access, options = {}) => threads.ask(options, 'kept', ids, access),
      raw: (query, limit, access, options = {}) => threads.ask(options, 'raw', query, limit, access),
      close: () => threads.close(),
    };
  }

  function inspector(generation: string): GenerationInspector {
    const thread = new ReadingThreads(
      () => {
        folders.require(generation);
        return start('inspect', generation);
      },
      { most: 1, seconds: null },
    );
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
      folders.require(generation);
      const live = folders.current();
      if (generation !== live) recoverGeneration(directory, generation);
      const info = describeGeneration(directory, generation, live);
      return writer(info.state === 'building' ? 'load' : 'update', generation, info.applied);
    },
    async swap(generation) {
      checkOpen();
      folders.require(generation);
      folders.makeCurrent(generation);
    },
    async drop(generation) {
      checkOpen();
      folders.require(generation);
      folders.drop(generation);
    },
    async live() {
      checkOpen();
      return folders.current();
    },
    async reader(generation) {
      checkOpen();
      folders.require(generation);
      const info = describeGeneration(directory, generation, generation);
      const opened = reader(generation, info.fingerprint);
      // Only a file that is open outlives its generation's end.
      await opened.state();
      return opened;
    },
    async inspect(generation) {
      checkOpen();
      folders.require(generation);
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
