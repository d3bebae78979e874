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
  guardBackend,
  type SearchRequest,
} from '../../backend/index.ts';
import { ARCHIVES, backendDocument, DECLARED } from '../arbitraries/documents.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import { asserting } from '../wrappers/asserting.ts';
import { killedWriter, type Told, type Work } from './kill-process.ts';

/** One fact that every backend must show, told by its name. */
export interface Fact {
  /** Where the opened backend does not declare it, it must refuse what the fact asks. */
  readonly needs?: keyof Capabilities;
  readonly holds: (rig: Rig) => Promise<void>;
}

/** Facts by the sentence that tells them. */
export type Facts = Readonly<Record<string, Fact['holds'] | Fact>>;

export type OpenBackend = (context: BackendContext) => Promise<Backend>;

/** The engine that is to show that it keeps the contract. */
export interface Subject {
  readonly open: OpenBackend;
  /**
   * URL of the module that exports the engine's `backend`, for facts that kill a process in the midst of writing:
   * `import.meta.resolve('@me/my-engine')`. Those facts fail without it.
   */
  readonly module?: string;
  /**
   * The connection's settings, the same for the same folder and others for another: an engine on a server names an index after it.
   * They are given to other processes as JSON.
   */
  readonly settings?: (directory: string) => Readonly<Record<string, unknown>>;
  /** The most runs of a generated law. Fewer where every operation takes long. */
  readonly runs?: number;
}

/** A backend on an empty folder of its own, opened as core does. */
export class Rig {
  readonly #subject: Subject;
  readonly #folder: string;
  readonly #context: BackendContext;
  readonly #others: Backend[] = [];
  #backend: Backend;

  private constructor(subject: Subject, folder: string, context: BackendContext, backend: Backend) {
    this.#subject = subject;
    this.#folder = folder;
    this.#context = context;
    this.#backend = backend;
  }

  static async create(subject: Subject): Promise<Rig> {
    const folder = await mkdtemp(join(tmpdir(), 'hayrick-conformance-'));
    // The folder itself is for the engine to make.
    const directory = join(folder, 'engine');
    const context = contextOf({ directory, settings: subject.settings?.(directory) ?? {} });
    return new Rig(subject, folder, context, await openBoth(subject, context));
  }

  get backend(): Backend {
    return this.#backend;
  }

  /** How often a generated law is shown. */
  runs(wanted: number): number {
    return Math.min(wanted, this.#subject.runs ?? wanted);
  }

  /** Closes the backend and opens it again, as the next process would. */
  async reopen(): Promise<Backend> {
    await this.#backend.close();
    this.#backend = await openBoth(this.#subject, this.#context);
    return this.#backend;
  }

  /** The same index opened once more, as another process has it open meanwhile. */
  async another(): Promise<Backend> {
    const other = await openBoth(this.#subject, this.#context);
    this.#others.push(other);
    return other;
  }

  /**
   * Closes the backend, lets another process work on its folder, kills that with SIGKILL and opens the backend again.
   * @param enough whether what it has told so far is enough to kill it
   * @returns all that the process told
   */
  async kill(work: Work, enough: (told: readonly Told[]) => boolean): Promise<readonly Told[]> {
    const { module } = this.#subject;
    if (module === undefined)
      throw new TypeError('the subject names no module that another process could load');
    await this.#backend.close();
    const { directory, settings } = this.#context;
    const told = await killedWriter({ module, directory, settings, work }, enough);
    await this.reopen();
    return told;
  }

  /** Whatever state the fact has left it in, nothing of it stays: neither in the folder nor on a server. */
  async close(): Promise<void> {
    await Promise.all([this.#backend, ...this.#others].map((backend) => backend.close()));
    const bare = await this.#subject.open(this.#context);
    for (const { name } of await bare.generations()) await bare.drop(name);
    await bare.close();
    await rm(this.#folder, { recursive: true, force: true });
  }
}

/** As core opens it, and with both sides held to the contract. */
async function openBoth({ open }: Subject, context: BackendContext): Promise<Backend> {
  return guardBackend(asserting(await open(context), context), context);
}

/** What the suite opens an engine with. */
export function contextOf(place: Pick<BackendContext, 'directory' | 'settings'>): BackendContext {
  return {
    ...place,
    connection: 'conformance',
    fields: DECLARED,
    maxResults: 10_001,
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
  const limit = 10_000 - (request.offset ?? 0);
  const whole = { condition, sort: 'oldest' as const, limit, offset: 0, after: null, ...request };
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
