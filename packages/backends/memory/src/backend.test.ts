import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Change, Document, GenerationReader, WriteOutcome } from '@hayrick/core/backend';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBackend } from './backend.ts';

const EVERYONE = { archives: ['list'] };
const ALL = { kind: 'all' } as const;

let directory: string;
let backend: Backend;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-memory-'));
  backend = await open();
  return async () => {
    await backend.close();
    rmSync(directory, { recursive: true });
  };
});

function open(settings: Record<string, unknown> = {}): Promise<Backend> {
  return openBackend({ connection: 'ram', directory, settings, fields: [], maxResults: 1000, now: () => 1 });
}

function document(number: number, own = 'journal'): Document {
  const id = number.toString(16).padStart(32, '0');
  return {
    id,
    archives: ['list'],
    date: number,
    received: number,
    size: 10,
    text: { own },
    keywords: {},
    numbers: {},
  };
}

const put = (number: number, own?: string): Change => ({
  kind: 'put',
  seq: number,
  document: document(number, own),
  rank: null,
});
const remove = (number: number): Change => ({ kind: 'remove', seq: number, id: document(number).id });

/** Writes by a writer of its own. `upTo`: the last one's seq. */
async function write(to: Backend, generation: string, changes: readonly Change[]): Promise<WriteOutcome> {
  const writer = await to.writer(generation);
  try {
    return await writer.write(changes, changes.at(-1)?.seq ?? 0);
  } finally {
    await writer.close();
  }
}

/** A generation of so many documents, made live. */
async function build(count: number): Promise<string> {
  const writer = await backend.create('fingerprint');
  await writer.write(
    Array.from({ length: count }, (_, i) => put(i + 1)),
    count,
  );
  await writer.finish();
  await writer.close();
  await backend.swap(writer.generation);
  return writer.generation;
}

const count = (reader: GenerationReader): Promise<number> => reader.count(ALL, EVERYONE);

/** How often a generation was folded: the bulk build's end is the first time. */
function epoch(generation: string): number {
  const file = readFileSync(join(directory, generation, 'generation.json'), 'utf8');
  return (JSON.parse(file) as { epoch: number }).epoch;
}

/** Half a megabyte of text. */
const LONG = 'lorem ipsum '.repeat(42_000).trim();

describe('files', () => {
  it('are for their owner alone', async () => {
    const generation = await build(2);
    await write(backend, generation, [put(3)]);
    const modes = readdirSync(directory, { recursive: true, withFileTypes: true }).map((entry) => {
      const mode = statSync(join(entry.parentPath, entry.name)).mode & 0o777;
      return [entry.isDirectory() ? 'folder' : 'file', mode.toString(8)].join(' ');
    });
    expect(new Set(modes)).toEqual(new Set(['folder 700', 'file 600']));
    expect(readFileSync(join(directory, 'CURRENT'), 'utf8')).toBe(`${generation}\n`);
  });

  it.each(['', 'g99\n', '../g1\n', '/etc\n'])(
    'the pointer CURRENT that says %j names nothing',
    async (text) => {
      await build(1);
      writeFileSync(join(directory, 'CURRENT'), text);
      expect(await backend.live()).toBeNull();
    },
  );

  it('what a killed fold or drop left behind is no generation, and goes', async () => {
    const generation = await build(2);
    const folder = join(directory, generation);
    mkdirSync(join(folder, 'snapshot-2'));
    writeFileSync(join(folder, 'snapshot-2/terms'), 'half');
    writeFileSync(join(folder, 'journal-2'), 'half');
    mkdirSync(join(directory, 'dropped-g9'));
    mkdirSync(join(directory, 'g7'));
    expect((await backend.generations()).map(({ name, documents }) => [name, documents])).toEqual([
      ['g1', 2],
    ]);
    await write(backend, generation, [put(3, LONG), put(4, LONG), put(5, LONG)]);
    expect(readdirSync(folder).toSorted()).toEqual(['generation.json', 'journal-2', 'snapshot-2']);
    const reader = await backend.reader(generation);
    expect(await count(reader)).toBe(5);
    await reader.close();
    expect(await build(1)).toBe('g8');
    expect(existsSync(join(directory, 'dropped-g9'))).toBe(false);
  });

  it.each([
    ['generation.json', 'no JSON'],
    ['generation.json', '{}'],
    ['snapshot-1/sequences', ''],
  ])('a generation whose %s holds %j is told as damaged, and can be replaced', async (name, text) => {
    const generation = await build(2);
    const path = join(directory, generation, name);
    writeFileSync(path, text);
    const reading = backend.reader(generation);
    await expect(reading).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    await expect(reading).rejects.toThrow(/Run rebuild_index/);
    expect(await backend.generations()).toMatchObject([
      { name: generation, state: 'live', fingerprint: '', notes: [expect.stringContaining(path)] },
    ]);
    const fresh = await build(1);
    expect((await backend.generations()).find(({ name: one }) => one === fresh)).toMatchObject({
      state: 'live',
    });
    await backend.drop(generation);
  });

  it('of a newer program are refused in one sentence', async () => {
    const generation = await build(2);
    const path = join(directory, generation, 'generation.json');
    const file = JSON.parse(readFileSync(path, 'utf8')) as object;
    writeFileSync(path, JSON.stringify({ ...file, format: 99 }));
    await expect(backend.reader(generation)).rejects.toMatchObject({ code: 'INDEX_TOO_NEW' });
    await expect(backend.generations()).rejects.toThrow(/newer Hayrick \(its format is 99/);
  });
});

describe('the journal', () => {
  it('takes small updates, and is folded when it outgrows its share', async () => {
    const generation = await build(2);
    expect(epoch(generation)).toBe(1);
    for (let i = 3; i < 10; i++) {
      const writer = await backend.writer(generation);
      await writer.write([put(i)], i);
      await writer.finish();
      await writer.close();
    }
    expect(epoch(generation)).toBe(1);
    await write(backend, generation, [put(10, LONG), put(11, LONG), put(12, LONG)]);
    expect(epoch(generation)).toBe(2);
    expect(statSync(join(directory, generation, 'journal-2')).size).toBe(0);
    expect(await backend.generations()).toMatchObject([{ documents: 12, applied: 12 }]);
  });

  it('that is torn loses nothing that was acknowledged, and is written on', async () => {
    const generation = await build(2);
    await write(backend, generation, [put(3)]);
    const path = join(directory, generation, 'journal-1');
    appendFileSync(path, readFileSync(path).subarray(0, -5));
    expect(await backend.generations()).toMatchObject([{ documents: 3, applied: 3 }]);
    const reader = await backend.reader(generation);
    expect(await count(reader)).toBe(3);
    await write(backend, generation, [put(4), remove(1)]);
    expect(await count(reader)).toBe(3);
    await reader.close();
    expect(await backend.generations()).toMatchObject([{ documents: 3, applied: 1 }]);
  });

  it('that is damaged before its end is told', async () => {
    const generation = await build(2);
    await write(backend, generation, [put(3)]);
    await write(backend, generation, [put(4)]);
    const path = join(directory, generation, 'journal-1');
    const bytes = readFileSync(path);
    bytes[60] = (bytes[60] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    await expect(backend.reader(generation)).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    await expect(write(backend, generation, [put(5)])).rejects.toThrow(path);
  });
});

describe('a reader of another process', () => {
  it('sees what was acknowledged, and tells the same state', async () => {
    const generation = await build(2);
    const other = await open();
    const [here, there] = [await backend.reader(generation), await other.reader(generation)];
    for (let i = 3; i < 6; i++) {
      await write(backend, generation, [put(i)]);
      expect([await count(here), await count(there)]).toEqual([i, i]);
      expect(await there.state()).toBe(await here.state());
    }
    await other.close();
    await here.close();
  });

  it('follows over one fold, and over several at a time', async () => {
    const generation = await build(2);
    const other = await open();
    const reader = await other.reader(generation);
    await write(backend, generation, [put(3)]);
    await write(backend, generation, [put(4, LONG), put(5, LONG), put(6, LONG)]);
    await write(backend, generation, [put(7)]);
    expect(epoch(generation)).toBe(2);
    expect(await count(reader)).toBe(7);
    for (let i = 8; i < 20; i++) await write(backend, generation, [put(i, LONG), remove(i - 5)]);
    expect(epoch(generation)).toBeGreaterThan(3);
    expect(
      await reader.search({ condition: ALL, sort: 'oldest', limit: 99, offset: 0, after: null }, EVERYONE),
    ).toEqual({
      hits: [1, 2, 15, 16, 17, 18, 19].map((i) => ({ id: document(i).id, date: i, score: null })),
    });
    await other.close();
  });

  it('stays with its generation when that is dropped and another is built', async () => {
    const generation = await build(3);
    const other = await open();
    const readers = [await backend.reader(generation), await other.reader(generation)];
    await backend.drop(generation);
    expect(await Promise.all(readers.map(count))).toEqual([3, 3]);
    const next = await build(1);
    expect(next).not.toBe(generation);
    expect(await Promise.all(readers.map(count))).toEqual([3, 3]);
    const fresh = await backend.reader(next);
    expect(await count(fresh)).toBe(1);
    await other.close();
  });
});

it('a batch comes into sight as a whole, and searches meanwhile are answered', async () => {
  const generation = await build(10);
  const reader = await backend.reader(generation);
  const writer = await backend.writer(generation);
  const text = 'journal inod '.repeat(500).trim();
  const changes = Array.from({ length: 200 }, (_, i) => (i < 5 ? put(i + 1, text) : put(100 + i, text)));
  let written = false;
  const writing = writer.write(changes, 500).then(() => {
    written = true;
  });
  const inod = { kind: 'phrase', fields: ['own'], items: [{ kind: 'token', token: 'inod' }] } as const;
  const seen = new Set<string>();
  while (!written) {
    const counts = [await count(reader), await reader.count(inod, EVERYONE)];
    seen.add(counts.join());
    await new Promise((resolve) => setImmediate(resolve));
  }
  await writing;
  seen.add([await count(reader), await reader.count(inod, EVERYONE)].join());
  expect([...seen]).toEqual(['10,0', '205,200']);
  await writer.close();
});

it('a writer that has nothing to write tells how far the index has come, and loads nothing', async () => {
  const generation = await build(3);
  await write(backend, generation, [put(4)]);
  // Read, it would be found damaged: a whole frame stands behind this one's body.
  await write(backend, generation, [put(9)]);
  const path = join(directory, generation, 'journal-1');
  const bytes = readFileSync(path);
  bytes[60] = (bytes[60] ?? 0) ^ 1;
  writeFileSync(path, bytes);
  const writer = await backend.writer(generation);
  expect(writer.applied).toBe(9);
  await writer.finish();
  await writer.close();
  await expect(backend.writer('g9')).rejects.toMatchObject({ code: 'GENERATION_NONE' });
});

describe('maxDocuments', () => {
  it.each([0, -1, 1.5, '10', Number.NaN, 1_000_001, null, true])('%j is no limit', async (maxDocuments) => {
    const opening = open({ maxDocuments });
    await expect(opening).rejects.toMatchObject({ code: 'SETTINGS_INVALID' });
    await expect(opening).rejects.toThrow(/connections\.ram\.maxDocuments must be a whole number from 1 to/);
  });

  it('refuses what would be too many, and leaves the index as it was', async () => {
    const small = await open({ maxDocuments: 3 });
    const generation = await build(3);
    const reader = await small.reader(generation);
    const state = await reader.state();
    const before = readFileSync(join(directory, generation, 'journal-1'));
    const writing = write(small, generation, [put(1, 'inod'), put(4)]);
    await expect(writing).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await expect(writing).rejects.toThrow(/would hold 4 documents.*maxDocuments is 3/);
    expect(readFileSync(join(directory, generation, 'journal-1'))).toEqual(before);
    expect([await count(reader), await reader.state()]).toEqual([3, state]);

    // As many as are allowed can be replaced, and what goes makes room.
    expect(await write(small, generation, [put(1, 'inod'), remove(2), put(5)])).toMatchObject({
      added: 1,
      updated: 1,
    });
    expect(await count(reader)).toBe(3);
    await small.close();
  });

  it('does not keep an index from shrinking that holds too many already', async () => {
    const generation = await build(5);
    const small = await open({ maxDocuments: 3 });
    expect(await write(small, generation, [remove(1)])).toMatchObject({ removed: 1 });
    await expect(write(small, generation, [put(9)])).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    await small.close();
  });

  it('ends a build that grows too large before the live index is touched', async () => {
    const live = await build(3);
    const small = await open({ maxDocuments: 3 });
    const writer = await small.create('fingerprint');
    await writer.write([put(1), put(2)], 2);
    await expect(writer.write([put(3), put(4)], 4)).rejects.toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(writer.applied).toBe(2);
    await writer.close();
    expect(await small.live()).toBe(live);
    await small.close();
  });
});

it('tells MiniSearch and its fields', async () => {
  expect(backend.version).toMatch(/^MiniSearch 7\.2\.\d+$/);
  expect(JSON.parse(backend.schema())).toMatchObject({
    fields: expect.arrayContaining(['subject', 'own']),
    searchOptions: { boost: { subject: 8 } },
  });
});
