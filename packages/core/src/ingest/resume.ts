import { createHash } from 'node:crypto';
import type { Backend, GenerationInfo } from '../backend/backend.ts';
import type { Catalog } from '../catalog/catalog.ts';
import { HayrickError } from '../errors.ts';
import { readFirstBuild } from './first-build-note.ts';

/** A new generation of so many messages is gone on with when its run was killed; a smaller one is built afresh sooner than it is looked through. */
export const RESUME_FROM = 50_000;

/** What of a bulk build the next run must know to go on with it. */
interface BuildNote {
  readonly generation: string;
  /** The log's seq up to which messages were to be read. */
  readonly head: number;
  /** The highest key of the messages that were given numbers. */
  readonly last: number;
  /** Of those numbers: others would not fit the ones that are in the index. */
  readonly mark: string;
}

/** A bulk build that was begun by a run that is dead. */
export interface BegunBuild {
  readonly generation: string;
  readonly head: number;
  /** Numbers by message key, those of then. */
  readonly ranks: Uint32Array;
  /** 1 at the keys of messages that the generation holds. */
  readonly read: Uint8Array;
  readonly documents: number;
}

/** Documents of an unfinished generation that are asked for at a time. Ids have no index there yet. */
const PAGE = 50_000;

/** Writes down what is about to be built. @param ranks of all messages */
export async function noteBuild(
  catalog: Catalog,
  connection: string,
  build: { readonly generation: string; readonly head: number; readonly ranks: Uint32Array },
): Promise<void> {
  const { generation, head, ranks } = build;
  const note: BuildNote = { generation, head, last: ranks.length - 1, mark: markOf(ranks) };
  await catalog.setNote(nameOf(connection), JSON.stringify(note));
}

/** The generation of a connection that a dead run may have left so that it can be gone on with; null: none. */
export async function notedBuild(catalog: Catalog, connection: string): Promise<string | null> {
  const first = (await readFirstBuild(catalog))?.generations[connection];
  return first ?? (await readNote(catalog, connection))?.generation ?? null;
}

/**
 * What a dead run has built of a generation. Null where nothing fits: another analysis, or messages whose order has changed since.
 * @param unfinished generations that nobody builds
 */
export async function findBegun(
  catalog: Catalog,
  connection: string,
  backend: Backend,
  options: { readonly unfinished: readonly GenerationInfo[]; readonly fingerprint: string },
): Promise<BegunBuild | null> {
  const note = await readNote(catalog, connection);
  if (note === null || !options.unfinished.some(({ name }) => name === note.generation)) return null;
  const { generation, head, last, mark } = note;
  const ranks = await catalog.ranks(last);
  if (markOf(ranks) !== mark) return null;
  const held = await readHeld(catalog, backend, generation, { ...options, keys: ranks.length });
  return held === null ? null : { generation, head, ranks, read: held.read, documents: held.documents };
}

/** What a generation holds that nobody builds. */
export interface HeldDocuments {
  /** 1 at the keys of messages of which it has the whole document. */
  readonly read: Uint8Array;
  readonly documents: number;
  /** Of them the catalog does not know the message. */
  readonly unknown: number;
}

/**
 * Looks through a generation that a dead run was building. Null where it cannot be gone on with.
 * @param options.keys behind the highest key of a message that counts
 */
export async function readHeld(
  catalog: Catalog,
  backend: Backend,
  generation: string,
  options: { readonly fingerprint: string; readonly keys: number },
): Promise<HeldDocuments | null> {
  try {
    // What was left half written is taken back first.
    await (await backend.writer(generation)).close();
    const found = (await backend.generations()).find(({ name }) => name === generation);
    if (found?.state !== 'building' || found.fingerprint !== options.fingerprint) return null;
    return await markHeld(catalog, backend, generation, options.keys);
  } catch (error) {
    if (error instanceof HayrickError && (error.code === 'INDEX_DAMAGED' || error.code === 'INDEX_TOO_NEW'))
      return null;
    throw error;
  }
}

async function markHeld(
  catalog: Catalog,
  backend: Backend,
  generation: string,
  keys: number,
): Promise<HeldDocuments> {
  const inspector = await backend.inspect(generation);
  const read = new Uint8Array(keys);
  let documents = 0;
  let unknown = 0;
  try {
    for (let after: string | null = null; ; ) {
      const page = await inspector.stored(after, PAGE);
      // One of which a part is missing is put again.
      const whole = page.filter(({ digest }) => digest !== null).map(({ id }) => id);
      for (const key of await catalog.keysOf(whole)) {
        if (key === null) unknown++;
        else read[key] = 1;
      }
      documents += page.length;
      const end = page.at(-1);
      if (end === undefined || page.length < PAGE) return { read, documents, unknown };
      after = end.id;
    }
  } finally {
    await inspector.close();
  }
}

async function readNote(catalog: Catalog, connection: string): Promise<BuildNote | null> {
  const text = await catalog.note(nameOf(connection));
  return text === null ? null : (JSON.parse(text) as BuildNote);
}

function nameOf(connection: string): string {
  return `build:${connection}`;
}

function markOf(ranks: Uint32Array): string {
  const bytes = new Uint8Array(ranks.buffer, ranks.byteOffset, ranks.byteLength);
  return createHash('sha256').update(bytes).digest('hex').slice(0, 32);
}
