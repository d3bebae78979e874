import { readFileSync } from 'node:fs';
import {
  type Abortable,
  type Backend,
  type BackendContext,
  type Capabilities,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
  PATCH_TEXT_FIELDS,
  TEXT_FIELDS,
} from '@hayrick/core/backend';
import { facetsOfIndex } from './facets.ts';
import { translating } from './failures.ts';
import { keptInIndex, orderIndex, rawInIndex, statsOfIndex } from './field-answers.ts';
import { createGeneration, describeGenerations, foldersIn, readStanding } from './generations.ts';
import { openInspector } from './inspector.ts';
import { createLeases, type Lease } from './leases.ts';
import type { MemoryIndex } from './memory-index.ts';
import type { OpenGeneration } from './open-generation.ts';
import { weightsOf } from './relevance.ts';
import { countIndex, explainIndex, searchIndex } from './search.ts';
import { maxDocumentsOf } from './settings.ts';

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

export async function openBackend(context: BackendContext): Promise<Backend> {
  const { directory } = context;
  const folders = foldersIn(directory);
  const maxDocuments = maxDocumentsOf(context);
  const declared = context.fields.filter((field) => field.kind === 'text').map((field) => field.name);
  // Patches last: what documents have is kept up to the last field that they have.
  const always = TEXT_FIELDS.filter((field) => !PATCH_TEXT_FIELDS.includes(field));
  const fields = [...always, ...declared, ...PATCH_TEXT_FIELDS];
  const weights = weightsOf(context.fields);
  const leases = createLeases(directory);
  let closed = false;

  /** Runs what may touch files, as long as the connection is open, and the reader or writer that it is done for. */
  async function inFolder<T>(work: () => T | Promise<T>, ended = false): Promise<T> {
    if (closed) throw new HayrickError('CLOSED', `The connection ${context.connection} is closed.`);
    if (ended) throw new HayrickError('CLOSED', 'This reader or writer is closed.');
    return translating(directory, async () => work());
  }

  /** The generation is loaded when there is something to write: an update that finds nothing new is done at once. */
  function writer(name: string): GenerationWriter {
    const { file, progress } = readStanding(directory, name);
    let lease: Promise<Lease> | null = null;
    let loaded: Lease | null = null;
    let ended = false;
    async function load(): Promise<OpenGeneration> {
      lease ??= leases.take(name);
      try {
        loaded = await lease;
        return loaded.generation;
      } catch (error) {
        lease = null;
        throw error;
      }
    }
    return {
      generation: name,
      get applied() {
        return (loaded?.generation.progress ?? progress).applied;
      },
      write: (changes, upTo, options) =>
        inFolder(async () => {
          options?.signal?.throwIfAborted();
          return (await load()).write(changes, upTo, maxDocuments);
        }, ended),
      finish: () =>
        inFolder(async () => {
          if (loaded !== null || !file.finished) await (await load()).finish();
        }, ended),
      async close() {
        ended = true;
        await (await lease?.catch(() => null))?.release();
      },
    };
  }

  async function reader(name: string): Promise<GenerationReader> {
    const { generation, release } = await leases.take(name);
    let ended = false;

    async function ask<T>({ signal }: Abortable, answer: (index: MemoryIndex) => T): Promise<T> {
      return inFolder(async () => {
        signal?.throwIfAborted();
        await generation.follow();
        signal?.throwIfAborted();
        return answer(generation.index);
      }, ended);
    }

    return {
      generation: name,
      fingerprint: generation.fingerprint,
      state: () => ask({}, () => `${name}.${generation.progress.writes}`),
      search: (request, access, options = {}) =>
        ask(options, (index) => searchIndex(index, request, access, weights)),
      count: (condition, access, options = {}) =>
        ask(options, (index) => countIndex(index, condition, access)),
      explain: (condition, access) => ask({}, (index) => explainIndex(index, condition, access)),
      ordered: (request, access, options = {}) => ask(options, (index) => orderIndex(index, request, access)),
      stats: (field, condition, access, options = {}) =>
        ask(options, (index) => statsOfIndex(index, field, condition, access)),
      facets: (request, access, options = {}) =>
        ask(options, (index) => facetsOfIndex(index, request, access)),
      kept: (ids, access, options = {}) => ask(options, (index) => keptInIndex(index, ids, access)),
      raw: (query, limit, access, options = {}) =>
        ask(options, (index) => rawInIndex(index, query, limit, access)),
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
    generations: () => inFolder(() => describeGenerations(directory)),
    create: (fingerprint) =>
      inFolder(() => writer(createGeneration(directory, { fingerprint, fields, now: context.now() }))),
    writer: (generation) => inFolder(() => writer(generation)),
    swap: (generation) =>
      inFolder(() => {
        folders.require(generation);
        folders.makeCurrent(generation);
      }),
    drop: (generation) =>
      inFolder(() => {
        folders.require(generation);
        leases.forget(generation);
        folders.drop(generation);
      }),
    live: () => inFolder(() => folders.current()),
    reader: (generation) =>
      inFolder(() => {
        folders.require(generation);
        return reader(generation);
      }),
    inspect: (generation) =>
      inFolder(async () => {
        folders.require(generation);
        return openInspector(directory, generation, inFolder);
      }),
    schema: () => describeFields(fields, weights),
    async close() {
      closed = true;
      await leases.closeAll();
    },
  };
}

/** What MiniSearch is set up with. */
function describeFields(fields: readonly string[], weights: (field: string) => number): string {
  const boost = Object.fromEntries(fields.map((field) => [field, weights(field)]));
  const options = { fields, tokenize: 'at blanks', processTerm: 'as it is', searchOptions: { boost } };
  return `${JSON.stringify(options, null, 2)}\n`;
}

function minisearchVersion(): string {
  const path = new URL('../../package.json', import.meta.resolve('minisearch'));
  const { version } = JSON.parse(readFileSync(path, 'utf8')) as { readonly version: string };
  return version;
}
