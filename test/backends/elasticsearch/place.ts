import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  type Backend,
  type BackendContext,
  type Change,
  type Condition,
  type Document,
  guardBackend,
} from '@hayrick/core/backend';
import { backend as engine } from '@hayrick/elasticsearch';

/** A folder of its own and a name that no other test gives to an index. */
export interface Place extends AsyncDisposable {
  readonly index: string;
  readonly directory: string;
  /** Opens the engine as core does. What is opened is closed with the place. */
  open(settings: Readonly<Record<string, unknown>>, more?: Partial<BackendContext>): Promise<Backend>;
}

/** @param url of the server on which everything that this place made is deleted at the end */
export async function makePlace(
  url: string | null = null,
  index = `t${randomUUID().slice(0, 12)}`,
): Promise<Place> {
  const folder = await mkdtemp(join(tmpdir(), 'hayrick-elasticsearch-test-'));
  const directory = join(folder, 'engine');
  const opened: Backend[] = [];
  const context = (
    settings: Readonly<Record<string, unknown>>,
    more: Partial<BackendContext>,
  ): BackendContext => ({
    connection: 'cluster',
    directory,
    settings: { index, ...settings },
    fields: [],
    maxResults: 10_001,
    now: () => 1_700_000_000,
    ...more,
  });
  const open: Place['open'] = async (settings, more = {}) => {
    const whole = context(settings, more);
    const backend = guardBackend(await engine.open(whole), whole);
    opened.push(backend);
    return backend;
  };
  return {
    index,
    directory,
    open,
    async [Symbol.asyncDispose]() {
      if (url !== null) {
        const backend = await open({ url });
        for (const { name } of await backend.generations()) await backend.drop(name);
      }
      for (const backend of opened) await backend.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const ACCESS = { archives: ['alpha'] };
const ALL: Condition = { kind: 'all' };

export function put(seq: number, given: Partial<Document> = {}): Change {
  const id = seq.toString(16).padStart(32, '0');
  const base = {
    id,
    archives: ['alpha'],
    date: seq,
    received: seq,
    size: 1,
    text: {},
    keywords: {},
    numbers: {},
  };
  return { kind: 'put', seq, document: { ...base, ...given }, rank: null };
}

/** Puts numbered from `first` to `last`. */
export function putsOf(first: number, last: number, words = 'journal inod'): Change[] {
  return Array.from({ length: last - first + 1 }, (_, i) => put(first + i, { text: { own: words } }));
}

/** A whole generation that holds these changes. */
export async function build(backend: Backend, changes: readonly Change[]): Promise<string> {
  const writer = await backend.create('fingerprint');
  await writer.write(changes, changes.at(-1)?.seq ?? 0);
  await writer.finish();
  await writer.close();
  return writer.generation;
}

/** The same, live. */
export async function live(backend: Backend, changes: readonly Change[]): Promise<string> {
  const generation = await build(backend, changes);
  await backend.swap(generation);
  return generation;
}

export async function countIn(
  backend: Backend,
  generation: string,
  condition: Condition = ALL,
): Promise<number> {
  const reader = await backend.reader(generation);
  try {
    return await reader.count(condition, ACCESS);
  } finally {
    await reader.close();
  }
}
