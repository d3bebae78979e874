import { readFileSync } from 'node:fs';
import {
  type Abortable,
  type Backend,
  type BackendContext,
  type Capabilities,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
  TEXT_FIELDS,
} from '@hayrick/core/backend';
import {
  createGeneration,
  describeGenerations,
  dropGeneration,
  readCurrent,
  requireGeneration,
  writeCurrent,
} from './generations.ts';
import { createLeases } from './leases.ts';
import type { MemoryIndex } from './memory-index.ts';
import { weightOf } from './relevance.ts';
import { countIndex, explainIndex, searchIndex } from './search.ts';
import { maxDocumentsOf } from './settings.ts';

const SUPPORTS: Capabilities = {
  phrases: true,
  prefixes: true,
  proximity: true,
  fuzzy: true,
  regex: false,
  relevance: true,
  atomicBatches: true,
};

export async function openBackend(context: BackendContext): Promise<Backend> {
  const { directory } = context;
  const maxDocuments = maxDocumentsOf(context);
  const declared = context.fields.filter((field) => field.kind === 'text').map((field) => field.name);
  const fields = [...TEXT_FIELDS, ...declared];
  const leases = createLeases(directory);
  let closed = false;

  function checkOpen(isClosed = closed): void {
    if (closed) throw new HayrickError('CLOSED', `The connection ${context.connection} is closed.`);
    if (isClosed) throw new HayrickError('CLOSED', 'This reader or writer is closed.');
  }

  async function writer(name: string): Promise<GenerationWriter> {
    const { generation, release } = await leases.take(name);
    let ended = false;
    return {
      generation: name,
      get applied() {
        return generation.progress.applied;
      },
      async write(changes, upTo, options) {
        checkOpen(ended);
        options?.signal?.throwIfAborted();
        return generation.write(changes, upTo, maxDocuments);
      },
      async finish() {
        checkOpen(ended);
        await generation.finish();
      },
      async close() {
        ended = true;
        await release();
      },
    };
  }

  async function reader(name: string): Promise<GenerationReader> {
    const { generation, release } = await leases.take(name);
    let ended = false;

    async function ask<T>({ signal }: Abortable, answer: (index: MemoryIndex) => T): Promise<T> {
      checkOpen(ended);
      signal?.throwIfAborted();
      await generation.follow();
      signal?.throwIfAborted();
      return answer(generation.index);
    }

    return {
      generation: name,
      fingerprint: generation.fingerprint,
      state: () => ask({}, () => `${name}.${generation.progress.writes}`),
      search: (request, access, options = {}) => ask(options, (index) => searchIndex(index, request, access)),
      count: (condition, access, options = {}) =>
        ask(options, (index) => countIndex(index, condition, access)),
      explain: (condition, access) => ask({}, (index) => explainIndex(index, condition, access)),
      async close() {
        ended = true;
        await release();
      },
    };
  }

  return {
    engine: 'memory',
    version: `MiniSearch ${minisearchVersion()}`,
    supports: SUPPORTS,
    target: directory,
    async generations() {
      checkOpen();
      return describeGenerations(directory);
    },
    async create(fingerprint) {
      checkOpen();
      return writer(createGeneration(directory, { fingerprint, fields, now: context.now() }));
    },
    async writer(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      return writer(generation);
    },
    async swap(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      writeCurrent(directory, generation);
    },
    async drop(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      leases.forget(generation);
      dropGeneration(directory, generation);
    },
    async live() {
      checkOpen();
      return readCurrent(directory);
    },
    async reader(generation) {
      checkOpen();
      requireGeneration(directory, generation);
      return reader(generation);
    },
    schema: () => describeFields(fields),
    async close() {
      closed = true;
      await leases.closeAll();
    },
  };
}

/** What MiniSearch is set up with. */
function describeFields(fields: readonly string[]): string {
  const boost = Object.fromEntries(fields.map((field) => [field, weightOf(field)]));
  const options = { fields, tokenize: 'at blanks', processTerm: 'as it is', searchOptions: { boost } };
  return `${JSON.stringify(options, null, 2)}\n`;
}

function minisearchVersion(): string {
  const path = new URL('../../package.json', import.meta.resolve('minisearch'));
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return version;
}
