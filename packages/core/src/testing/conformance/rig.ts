import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Backend,
  type BackendContext,
  BOUNDARY,
  type Capabilities,
  type Change,
  type Condition,
  type FoundDocument,
  type GenerationReader,
  type GenerationWriter,
  type SearchRequest,
} from '../../backend/index.ts';
import { ARCHIVES, backendDocument, DECLARED } from '../arbitraries/documents.ts';
import type { OracleDocument } from '../oracle/matches.ts';

/** One fact that every backend must show, told by its name. */
export interface Fact {
  /** Left out where the opened backend does not declare it. */
  readonly needs?: keyof Capabilities;
  readonly holds: (rig: Rig) => Promise<void>;
}

/** Facts by the sentence that tells them. */
export type Facts = Readonly<Record<string, Fact['holds'] | Fact>>;

export type OpenBackend = (context: BackendContext) => Promise<Backend>;

/** A backend opened on an empty folder of its own. */
export class Rig {
  readonly #open: OpenBackend;
  readonly #directory: string;
  #backend: Backend;

  private constructor(open: OpenBackend, directory: string, backend: Backend) {
    this.#open = open;
    this.#directory = directory;
    this.#backend = backend;
  }

  static async create(open: OpenBackend): Promise<Rig> {
    const directory = await mkdtemp(join(tmpdir(), 'hayrick-conformance-'));
    return new Rig(open, directory, await open(context(directory)));
  }

  get backend(): Backend {
    return this.#backend;
  }

  /** Closes the backend and opens it again, as the next process would. */
  async reopen(): Promise<Backend> {
    await this.#backend.close();
    this.#backend = await this.#open(context(this.#directory));
    return this.#backend;
  }

  async close(): Promise<void> {
    await this.#backend.close();
    await rm(this.#directory, { recursive: true, force: true });
  }
}

function context(directory: string): BackendContext {
  // The folder itself is for the engine to make.
  return {
    connection: 'conformance',
    directory: join(directory, 'engine'),
    settings: {},
    fields: DECLARED,
    now: () => 1_700_000_000,
  };
}

export const ALL: Condition = { kind: 'all' };
export const EVERYONE = { archives: ARCHIVES };

interface Given {
  readonly archives?: readonly string[];
  readonly date?: number;
  readonly received?: number;
  readonly size?: number;
  /** Tokens divided by blanks, values by ` / `. */
  readonly text?: Readonly<Record<string, string>>;
  readonly keywords?: Readonly<Record<string, readonly string[]>>;
  readonly numbers?: Readonly<Record<string, readonly number[]>>;
}

/** A small document. `id`: hex digits, filled up with zeros. */
export function document(id: string, given: Given = {}): OracleDocument {
  const text = Object.entries(given.text ?? {}).map(([field, words]) => [
    field,
    words.split(' / ').map((value) => value.split(' ')),
  ]);
  return {
    id: id.padEnd(32, '0'),
    archives: given.archives ?? ['alpha'],
    text: Object.fromEntries(text),
    keywords: given.keywords ?? {},
    numbers: {
      date: [given.date ?? 1000],
      received: [given.received ?? 2000],
      size: [given.size ?? 300],
      ...given.numbers,
    },
  };
}

export function word(token: string, ...fields: string[]): Condition {
  return { kind: 'phrase', fields: fields.length > 0 ? fields : ['own'], items: [{ kind: 'token', token }] };
}

export function phrase(tokens: string, ...fields: string[]): Condition {
  const items = tokens.split(' ').map((token) => ({ kind: 'token' as const, token }));
  return { kind: 'phrase', fields: fields.length > 0 ? fields : ['own'], items };
}

/** Puts in the order given, numbered from `first`. */
export function puts(
  documents: readonly OracleDocument[],
  first: number,
  ranks?: ReadonlyMap<string, number>,
): Change[] {
  return documents.map((one, i) => ({
    kind: 'put',
    seq: first + i,
    document: backendDocument(one, BOUNDARY),
    rank: ranks?.get(one.id) ?? null,
  }));
}

/** In the order of every engine: by date, ties by id, both ascending. */
export function inOrder(documents: readonly OracleDocument[], newest = false): OracleDocument[] {
  const sign = newest ? -1 : 1;
  return documents.toSorted((a, b) => sign * (dateOf(a) - dateOf(b)) || (a.id < b.id ? -1 : 1));
}

function dateOf(one: OracleDocument): number {
  return one.numbers['date']?.[0] ?? 0;
}

interface BuildOptions {
  /** Documents of the catalog that are not given to this engine, but numbered all the same. */
  readonly elsewhere?: readonly OracleDocument[];
  readonly batch?: number;
  readonly fingerprint?: string;
}

/** A whole bulk build in the order given, not yet swapped in. Answers the generation's name; `applied` is then the number of documents. */
export async function build(
  backend: Backend,
  documents: readonly OracleDocument[],
  options: BuildOptions = {},
): Promise<string> {
  const writer = await backend.create(options.fingerprint ?? 'fingerprint');
  try {
    const all = inOrder([...documents, ...(options.elsewhere ?? [])]);
    const ranks = new Map(all.map((one, i) => [one.id, i + 1]));
    const changes = puts(documents, 1, ranks);
    await writeInBatches(writer, changes, options.batch ?? 10);
    await writer.finish();
    return writer.generation;
  } finally {
    await writer.close();
  }
}

/** A bulk build that is made the live generation. */
export async function buildLive(
  backend: Backend,
  documents: readonly OracleDocument[],
  options: BuildOptions = {},
): Promise<string> {
  const generation = await build(backend, documents, options);
  await backend.swap(generation);
  return generation;
}

/** Writes changes of a running index; `upTo` is the seq of the last one. */
export async function update(
  backend: Backend,
  generation: string,
  changes: readonly Change[],
): Promise<void> {
  const writer = await backend.writer(generation);
  try {
    await writer.write(changes, changes.at(-1)?.seq ?? writer.applied);
  } finally {
    await writer.close();
  }
}

async function writeInBatches(
  writer: GenerationWriter,
  changes: readonly Change[],
  size: number,
): Promise<void> {
  for (let at = 0; at < changes.length; at += size) {
    const batch = changes.slice(at, at + size);
    await writer.write(batch, batch.at(-1)?.seq ?? 0);
  }
}

/** Opens a reader, lets it be used and closes it. */
export async function reading<T>(
  backend: Backend,
  generation: string,
  use: (reader: GenerationReader) => Promise<T>,
): Promise<T> {
  const reader = await backend.reader(generation);
  try {
    return await use(reader);
  } finally {
    await reader.close();
  }
}

/** One page; without options everything, oldest first. */
export async function page(
  reader: GenerationReader,
  condition: Condition,
  options: Partial<Omit<SearchRequest, 'condition'>> & { readonly archives?: readonly string[] } = {},
): Promise<readonly FoundDocument[]> {
  const { archives = ARCHIVES, ...request } = options;
  const whole = { condition, sort: 'oldest' as const, limit: 10_000, offset: 0, after: null, ...request };
  return (await reader.search(whole, { archives })).hits;
}

/** The ids that a condition finds, oldest first, first two digits only: the short names that document() was given. */
export async function foundBy(
  reader: GenerationReader,
  condition: Condition,
  archives: readonly string[] = ARCHIVES,
): Promise<string[]> {
  const hits = await page(reader, condition, { archives });
  return hits.map((hit) => hit.id.slice(0, 2));
}

/** The same by a reader that is opened for it. */
export async function found(
  backend: Backend,
  generation: string,
  condition: Condition,
  archives: readonly string[] = ARCHIVES,
): Promise<string[]> {
  return reading(backend, generation, (reader) => foundBy(reader, condition, archives));
}

/** Pages of `size` behind one another until one is empty. */
export async function walk(
  reader: GenerationReader,
  condition: Condition,
  sort: 'newest' | 'oldest',
  size: number,
): Promise<FoundDocument[]> {
  const all: FoundDocument[] = [];
  let after: FoundDocument | null = null;
  for (;;) {
    const hits: readonly FoundDocument[] = await page(reader, condition, {
      sort,
      limit: size,
      after: after === null ? null : { date: after.date, id: after.id },
    });
    all.push(...hits);
    after = hits.at(-1) ?? null;
    if (after === null) return all;
  }
}
