import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Document } from '@hayrick/core/backend';
import { beforeEach, describe, expect, it } from 'vitest';
import { openBackend } from './backend.ts';

const EVERYONE = { archives: ['list'] };
const ALL = { kind: 'all' } as const;

let directory: string;
let backend: Backend;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-sqlite-'));
  backend = await open();
  return async () => {
    await backend.close();
    rmSync(directory, { recursive: true });
  };
});

function open(): Promise<Backend> {
  const context = { connection: 'default', settings: {}, fields: [], maxResults: 10_000 };
  return openBackend({ ...context, directory, now: () => 1 });
}

function document(number: number): Document {
  return {
    id: number.toString(16).padStart(32, '0'),
    archives: ['list'],
    date: number,
    received: number,
    size: 10,
    text: { own: 'journal' },
    keywords: {},
    numbers: {},
  };
}

/** A generation of so many documents, made live. */
async function build(count: number): Promise<string> {
  const writer = await backend.create('fingerprint');
  const changes = Array.from({ length: count }, (_, i) => ({
    seq: i + 1,
    document: document(i + 1),
    rank: i + 1,
  }));
  await writer.write(
    changes.map((change) => ({ kind: 'put', ...change })),
    count,
  );
  await writer.finish();
  await writer.close();
  await backend.swap(writer.generation);
  return writer.generation;
}

describe('the pointer CURRENT', () => {
  it('names the live generation, and is written whole or not at all', async () => {
    expect(await backend.live()).toBeNull();
    const first = await build(1);
    expect(readFileSync(join(directory, 'CURRENT'), 'utf8')).toBe(`${first}\n`);
    expect(statSync(join(directory, 'CURRENT')).mode & 0o777).toBe(0o600);
    const second = await build(2);
    expect(await backend.live()).toBe(second);
    expect(existsSync(join(directory, 'CURRENT.new'))).toBe(false);
  });

  it.each(['', 'g99\n', '../g1\n', '/etc\n'])('that says %j names nothing', async (content) => {
    await build(1);
    writeFileSync(join(directory, 'CURRENT'), content);
    expect(await backend.live()).toBeNull();
  });

  it('is followed by a process that was open before', async () => {
    await build(1);
    const other = await open();
    const before = await other.live();
    const second = await build(2);
    expect([before, await other.live()]).toEqual(['g1', second]);
    await other.close();
  });
});

describe('a reader', () => {
  it('that nobody has asked yet outlives the end of its generation', async () => {
    const first = await build(3);
    const reader = await backend.reader(first);
    await build(1);
    await backend.drop(first);
    expect(await reader.count(ALL, EVERYONE)).toBe(3);
    expect(
      await reader.search({ condition: ALL, sort: 'newest', limit: 9, offset: 0, after: null }, EVERYONE),
    ).toMatchObject({
      hits: [{ date: 3 }, { date: 2 }, { date: 1 }],
    });
    await reader.close();
  });

  it('ends a call that is aborted at once, and answers the others and the next', async () => {
    const reader = await backend.reader(await build(50));
    for (let i = 0; i < 5; i++) {
      const given = new AbortController();
      const aborted = reader.count(ALL, EVERYONE, { signal: given.signal });
      const others = [reader.count(ALL, EVERYONE), reader.count(ALL, EVERYONE)];
      given.abort(new RangeError('enough'));
      await expect(aborted).rejects.toThrow(new RangeError('enough'));
      expect(await Promise.all(others)).toEqual([50, 50]);
      expect(await reader.state()).toBe('g1.50');
    }
  });

  it('that is aborted when its generation is gone answers from what it has open, or says so', async () => {
    const reader = await backend.reader(await build(50));
    await build(1);
    await backend.drop('g1');
    const given = new AbortController();
    const aborted = reader.count(ALL, EVERYONE, { signal: given.signal });
    given.abort();
    await expect(aborted).rejects.toThrow(/abort/);
    const told = await reader.count(ALL, EVERYONE).catch((error: { readonly code: string }) => error.code);
    expect([50, 'GENERATION_NONE']).toContain(told);
    await reader.close();
  });

  it('that is closed lets calls under way finish and refuses later ones', async () => {
    const reader = await backend.reader(await build(50));
    const asked = [reader.count(ALL, EVERYONE), reader.count(ALL, EVERYONE)];
    const closing = reader.close();
    await expect(reader.count(ALL, EVERYONE)).rejects.toMatchObject({ code: 'CLOSED' });
    expect(await Promise.all(asked)).toEqual([50, 50]);
    await closing;
    await reader.close();
  });

  it('sees a write when it is committed, never half of one', async () => {
    const generation = await build(10);
    const reader = await backend.reader(generation);
    const writer = await backend.writer(generation);
    const changes = Array.from({ length: 500 }, (_, i) => document(100 + i)).map(
      (one, i) => ({ kind: 'put', seq: 11 + i, document: one, rank: null }) as const,
    );
    const written = writer.write(changes, 510);
    const seen = new Set<number>();
    let done = false;
    void written.then(() => {
      done = true;
    });
    while (!done) seen.add(await reader.count(ALL, EVERYONE));
    await written;
    expect([...seen].every((count) => count === 10 || count === 510)).toBe(true);
    expect(await reader.count(ALL, EVERYONE)).toBe(510);
    await writer.close();
    await reader.close();
  });
});

it('an index that is no database is named in the error', async () => {
  const generation = await build(1);
  const path = join(directory, generation, 'index.db');
  writeFileSync(path, 'no database at all, but long enough to be looked at'.repeat(200));
  const asked = backend.reader(generation);
  await expect(asked).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
  await expect(asked).rejects.toThrow(path);
});
