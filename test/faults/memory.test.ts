import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setInterval } from 'node:timers/promises';
import type { Backend, Change } from '@hayrick/core/backend';
import { backend as engine } from '@hayrick/memory';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mountSmallDisk } from '../small-disk.ts';
import { longDocument } from './long-document.ts';
import type { WriterJob } from './memory-writer.ts';

const MIB = 1024 * 1024;
const EVERYONE = { archives: ['list'] };
const disk = mountSmallDisk(16 * MIB, 'what the memory engine does when the disk is full');
afterAll(() => disk?.remove());

let directory: string;
let backend: Backend | null = null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-memory-faults-'));
});
afterEach(async () => {
  await backend?.close();
  rmSync(directory, { recursive: true, force: true });
});

async function open(folder = directory): Promise<Backend> {
  backend = await engine.open({
    connection: 'ram',
    directory: folder,
    settings: {},
    fields: [],
    maxResults: 1000,
    now: () => 1,
  });
  return backend;
}

const put = (seq: number): Change => ({ kind: 'put', seq, document: longDocument(seq), rank: null });

async function write(to: Backend, generation: string, ...seqs: readonly number[]): Promise<void> {
  const writer = await to.writer(generation);
  try {
    await writer.write(seqs.map(put), seqs.at(-1) ?? 0);
  } finally {
    await writer.close();
  }
}

/** An empty generation that is live. */
async function served(to: Backend): Promise<string> {
  const writer = await to.create('fingerprint');
  await writer.finish();
  await writer.close();
  await to.swap(writer.generation);
  return writer.generation;
}

/** Documents 1 to `last` are there with their words, and no others. */
async function expectUpTo(from: Backend, generation: string, last: number): Promise<void> {
  expect(await from.generations()).toMatchObject([
    { name: generation, documents: last, applied: last, notes: [] },
  ]);
  const reader = await from.reader(generation);
  const request = { sort: 'oldest', limit: 1000, offset: 0, after: null } as const;
  const { hits } = await reader.search({ ...request, condition: { kind: 'all' } }, EVERYONE);
  expect(hits.map((hit) => hit.date)).toEqual(Array.from({ length: last }, (_, i) => i + 1));
  const items = [
    { kind: 'token', token: 'ipsum' } as const,
    { kind: 'prefix', prefix: 'word', stems: [] } as const,
  ];
  expect(await reader.count({ kind: 'phrase', fields: ['own'], items }, EVERYONE)).toBe(last);
  await reader.close();
}

/** When a process that writes and folds is killed, by what can be seen of it from outside. */
const MOMENTS: readonly (readonly [string, (folder: string, acknowledged: number) => boolean])[] = [
  ['a write was acknowledged', (_, acknowledged) => acknowledged >= 3],
  ['the journal grows', (folder) => sizeOf(join(folder, 'journal-1')) > 1000],
  ['a snapshot was begun', (folder) => existsSync(join(folder, 'snapshot-2/documents'))],
  ['a snapshot is nearly whole', (folder) => existsSync(join(folder, 'snapshot-2/keyword-rows'))],
  ['the new journal is there', (folder) => existsSync(join(folder, 'journal-2'))],
  ['the old snapshot is gone', (folder) => !existsSync(join(folder, 'snapshot-1'))],
  ['it was folded twice', (folder) => existsSync(join(folder, 'journal-3'))],
];

it.each(MOMENTS)('killed when %s, nothing that was acknowledged is lost', async (_, moment) => {
  const generation = await served(await open());
  const folder = join(directory, generation);
  const acknowledged = await killedWhen({ directory, generation }, (last) => moment(folder, last));
  const again = await open();
  const [info] = await again.generations();
  expect(info?.applied).toBeGreaterThanOrEqual(acknowledged);
  const applied = info?.applied ?? 0;
  await expectUpTo(again, generation, applied);
  // What is left of a fold that was not ended is in nobody's way.
  await write(again, generation, applied + 1, applied + 2, applied + 3);
  await expectUpTo(again, generation, applied + 3);
  expect(readdirSync(folder)).toHaveLength(3);
});

/** Starts a writer and kills it at the moment; answers the last seq that it acknowledged. */
async function killedWhen(job: WriterJob, moment: (acknowledged: number) => boolean): Promise<number> {
  const child: ChildProcess = fork(new URL('./memory-writer.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  let acknowledged = 0;
  child.on('message', (applied: number) => {
    acknowledged = applied;
  });
  const closed = once(child, 'close');
  child.send(job);
  for await (const _ of setInterval(1)) {
    if (child.exitCode !== null || moment(acknowledged)) break;
  }
  child.kill('SIGKILL');
  expect((await closed)[1]).toBe('SIGKILL');
  return acknowledged;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

describe.skipIf(disk === null)('on a full disk', () => {
  it('a write fails with what to do, what was acknowledged stays, and with room the next one goes on', async () => {
    const folder = join(disk?.path ?? '', 'engine');
    const full = await open(folder);
    const generation = await served(full);
    const reader = await full.reader(generation);
    let last = 0;
    disk?.resize(4 * MIB);
    const fill = async (): Promise<void> => {
      for (;;) {
        await write(full, generation, last + 1);
        last++;
      }
    };
    const filling = fill();
    await expect(filling).rejects.toMatchObject({ code: 'DISK_FULL' });
    await expect(filling).rejects.toThrow(/No room left to write .*Free some space/);
    expect(last).toBeGreaterThan(0);
    // Also where the write itself had room, and the fold behind it had none.
    const told = (await full.generations())[0]?.applied ?? 0;
    expect(told).toBeGreaterThanOrEqual(last);
    expect(await reader.count({ kind: 'all' }, EVERYONE)).toBe(told);
    await reader.close();
    await expectUpTo(full, generation, told);

    disk?.resize(16 * MIB);
    await write(full, generation, told + 1, told + 2);
    await expectUpTo(full, generation, told + 2);
    await full.close();
    await expectUpTo(await open(folder), generation, told + 2);
  });
});
