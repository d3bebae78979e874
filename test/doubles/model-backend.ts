import {
  type Access,
  type Backend,
  BOUNDARY,
  type Capabilities,
  type Change,
  type Condition,
  type Document,
  type FacetRequest,
  type FoundDocument,
  type GenerationInfo,
  type GenerationInspector,
  type GenerationReader,
  type GenerationWriter,
  HayrickError,
  type OrderRequest,
  type SearchRequest,
} from '@hayrick/core/backend';
import { matches, mayRead, type OpenBackend, type OracleDocument } from '@hayrick/core/testing';
import { facetsAnswer, keptAnswer, orderedAnswer, scoredBy, statsAnswer } from './field-answers.ts';

interface Generation {
  readonly name: string;
  readonly fingerprint: string;
  readonly documents: Map<string, OracleDocument>;
  readonly digests: Map<string, number>;
  applied: number;
  writes: number;
  finished: boolean;
}

/** What outlives the closing of a backend: its disk. */
interface Disk {
  readonly generations: Map<string, Generation>;
  live: string | null;
  made: number;
}

const SUPPORTS: Capabilities = {
  phrases: true,
  prefixes: true,
  proximity: true,
  fuzzy: true,
  regex: false,
  relevance: true,
  atomicBatches: true,
  fieldOrder: true,
  scoring: true,
  stats: true,
  facets: true,
  kept: true,
};

/**
 * The backend contract in its plainest form: everything in maps, the oracle for an engine. It proves that the conformance suite can
 * be kept, and is the stand-in where a test needs a backend and no engine.
 */
export function modelBackends(): OpenBackend {
  const disks = new Map<string, Disk>();
  return async ({ directory, now }) => {
    const disk: Disk = disks.get(directory) ?? { generations: new Map(), live: null, made: 0 };
    disks.set(directory, disk);
    const open = gate();

    function generation(name: string): Generation {
      const one = disk.generations.get(name);
      if (one === undefined) throw new HayrickError('GENERATION_NONE', `There is no generation "${name}".`);
      return one;
    }

    function describe(one: Generation): GenerationInfo {
      const { name, documents, applied, fingerprint } = one;
      const state = disk.live === name ? 'live' : one.finished ? 'kept' : 'building';
      return {
        name,
        state,
        documents: documents.size,
        applied,
        bytes: 1,
        fingerprint,
        createdAt: now(),
        notes: [],
      };
    }

    const backend: Backend = {
      engine: 'model',
      version: 'model 1',
      supports: SUPPORTS,
      target: directory,
      generations: open.only(async () => [...disk.generations.values()].map(describe)),
      create: open.only(async (fingerprint: string) => {
        const name = `m${++disk.made}`;
        const one = {
          name,
          fingerprint,
          documents: new Map(),
          digests: new Map(),
          applied: 0,
          writes: 0,
          finished: false,
        };
        disk.generations.set(name, one);
        return writerOf(one, open.inner());
      }),
      writer: open.only(async (name: string) => writerOf(generation(name), open.inner())),
      swap: open.only(async (name: string) => {
        disk.live = generation(name).name;
      }),
      drop: open.only(async (name: string) => {
        disk.generations.delete(name);
        if (disk.live === name) disk.live = null;
      }),
      live: open.only(async () => disk.live),
      reader: open.only(async (name: string) => readerOf(generation(name), open.inner())),
      inspect: open.only(async (name: string) => inspectorOf(generation(name), open.inner())),
      schema: () => 'maps',
      close: async () => open.close(),
    };
    return backend;
  };
}

/** Lets calls through until it is closed, or the gate around it is. */
interface Gate {
  only<A extends unknown[], T>(call: (...args: A) => Promise<T>): (...args: A) => Promise<T>;
  inner(): Gate;
  close(): void;
}

function gate(outer?: () => boolean): Gate {
  let closed = false;
  const isClosed = (): boolean => closed || (outer?.() ?? false);
  return {
    only:
      (call) =>
      async (...args) => {
        if (isClosed()) throw new HayrickError('CLOSED', 'It is closed.');
        return call(...args);
      },
    inner: () => gate(isClosed),
    close: () => {
      closed = true;
    },
  };
}

function writerOf(generation: Generation, open: Gate): GenerationWriter {
  return {
    generation: generation.name,
    get applied() {
      return generation.applied;
    },
    write: open.only(async (changes: readonly Change[], upTo: number, options = {}) => {
      options.signal?.throwIfAborted();
      const outcome = { added: 0, updated: 0, removed: 0, refused: [] };
      for (const change of changes) {
        if (change.kind === 'remove') {
          if (generation.documents.delete(change.id)) outcome.removed++;
          continue;
        }
        if (generation.documents.has(change.document.id)) outcome.updated++;
        else outcome.added++;
        generation.documents.set(change.document.id, seenByOracle(change.document));
        generation.digests.set(change.document.id, change.document.digest ?? 0);
      }
      generation.applied = upTo;
      generation.writes++;
      return outcome;
    }),
    finish: open.only(async () => {
      generation.finished = true;
    }),
    close: async () => open.close(),
  };
}

function readerOf(generation: Generation, open: Gate): GenerationReader {
  const select = (condition: Condition, access: Access): OracleDocument[] =>
    [...generation.documents.values()].filter(
      (one) => mayRead(one, access.archives) && matches(condition, one),
    );
  return {
    generation: generation.name,
    fingerprint: generation.fingerprint,
    state: open.only(async () => `${generation.name}:${generation.writes}`),
    search: open.only(async (request: SearchRequest, access: Access, options = {}) => {
      options.signal?.throwIfAborted();
      const ordered = select(matchedBy(request), access)
        .map((one) => hit(one, request))
        .toSorted(order(request));
      const { after } = request;
      const behind =
        after === null
          ? ordered
          : ordered.filter((one) => order(request)({ ...after, score: null }, one) < 0);
      return { hits: behind.slice(request.offset, request.offset + request.limit) };
    }),
    count: open.only(async (condition: Condition, access: Access, options = {}) => {
      options.signal?.throwIfAborted();
      return select(condition, access).length;
    }),
    explain: open.only(async (condition: Condition, access: Access) => ({
      given: JSON.stringify(condition).slice(0, 1000),
      examined: select(condition, access).length,
    })),
    ordered: open.only(async (request: OrderRequest, access: Access) =>
      orderedAnswer(select(request.condition, access), request),
    ),
    stats: open.only(async (field: string, condition: Condition, access: Access) =>
      statsAnswer(select(condition, access), field),
    ),
    facets: open.only(async (request: FacetRequest, access: Access) =>
      facetsAnswer(select(request.condition, access), request, access),
    ),
    kept: open.only(async (ids: readonly string[], access: Access) =>
      keptAnswer(select({ kind: 'all' }, access), ids),
    ),
    close: async () => open.close(),
  };
}

function inspectorOf({ name, documents, digests }: Generation, open: Gate): GenerationInspector {
  return {
    generation: name,
    stored: open.only(async (after: string | null, limit: number) =>
      [...documents.values()]
        .filter(({ id }) => after === null || id > after)
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .slice(0, limit)
        .map(({ id, archives, numbers }) => ({
          id,
          archives,
          date: numbers['date']?.[0] ?? 0,
          received: numbers['received']?.[0] ?? 0,
          size: numbers['size']?.[0] ?? 0,
          digest: digests.get(id) ?? 0,
        })),
    ),
    check: open.only(async () => []),
    close: async () => open.close(),
  };
}

function matchedBy({ condition, scoring }: SearchRequest): Condition {
  const narrow = scoring?.narrow ?? null;
  return narrow === null ? condition : { kind: 'and', of: [condition, narrow] };
}

function hit(one: OracleDocument, request: SearchRequest): FoundDocument {
  const score =
    request.sort === 'relevance' ? scoreOf(request.condition, one) * scoredBy(request, one) : null;
  return { id: one.id, date: one.numbers['date']?.[0] ?? 0, score };
}

/** How often the words of a condition stand in the document, by its length. */
function scoreOf(condition: Condition, one: OracleDocument): number {
  const wanted = new Set(
    [...JSON.stringify(condition).matchAll(/"token":"([^"]+)"/g)].map((match) => match[1]),
  );
  const tokens = Object.values(one.text).flat(2);
  return tokens.filter((token) => wanted.has(token)).length / (tokens.length + 1);
}

function order({ sort }: SearchRequest): (a: FoundDocument, b: FoundDocument) => number {
  const byId = (a: FoundDocument, b: FoundDocument): number => (a.id < b.id ? -1 : Number(a.id > b.id));
  if (sort === 'relevance') return (a, b) => (b.score ?? 0) - (a.score ?? 0) || byId(a, b);
  const sign = sort === 'newest' ? -1 : 1;
  return (a, b) => sign * (a.date - b.date) || byId(a, b);
}

function seenByOracle(document: Document): OracleDocument {
  const { id, archives, keywords, numbers, date, received, size, kept } = document;
  const text = Object.entries(document.text).map(([field, tokens]) => [
    field,
    tokens.split(BOUNDARY).map((value) => value.split(' ').filter((token) => token !== '')),
  ]);
  return {
    id,
    archives,
    keywords,
    text: Object.fromEntries(text),
    numbers: { ...numbers, date: [date], received: [received], size: [size] },
    kept,
  };
}
