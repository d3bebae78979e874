import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Report, Site } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openSiteAt } from '../site-at.ts';
import { openTemporarySite } from '../temporary-site.ts';
import { arrives, type Commit, commit, deletes, git, pathFor, rewrite } from './git-inbox.ts';

let folder = '';
let site: Site;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-git-'));
});
afterEach(async () => {
  await site?.close();
  rmSync(folder, { recursive: true, force: true });
});

const inbox = {
  archives: { list: { paths: ['inbox'] } },
  connections: { default: { engine: 'sqlite' } },
} as const;

function mail(n: number, text = 'hay'): string {
  const head = `From: Ann <ann@example.org>\nSubject: mail ${n}\nMessage-ID: <m${n}@example.org>\n`;
  return `${head}Date: ${(n % 28) + 1} Feb 2020 12:00:00 +0000\n\nThe ${text} of number${n}.\n`;
}

const arrival = (n: number): Commit => arrives(mail(n), 1_600_000_000 + n);
const deletion = (n: number): Commit => deletes(mail(n), 1_600_100_000 + n);
const epoch = (n: number) => join(folder, `inbox/git/${n}.git`);

async function open(): Promise<void> {
  site = await openSiteAt({ ...inbox, dataDir: join(folder, 'data') }, folder);
}

/** The numbers of the messages that are found. */
async function found(of: Site = site): Promise<number[]> {
  const numbers: number[] = [];
  for await (const { subject } of of.stream('*', { sort: 'oldest' })) numbers.push(Number(subject.slice(5)));
  return numbers.sort((a, b) => a - b);
}

async function update(options: { remove?: boolean; full?: boolean } = {}): Promise<Report> {
  const report = await site.update({ workers: 2, ...options });
  const { read, indexed, unchanged, duplicates, skipped, quarantined } = report.totals;
  expect(read).toBe(indexed + unchanged + duplicates + skipped + quarantined);
  return report;
}

it('indexes an inbox of several epochs, then only what is new', async () => {
  commit(epoch(0), [1, 2, 3].map(arrival));
  commit(epoch(1), [deletion(2), arrival(4)]);
  await open();
  expect((await update()).totals).toMatchObject({ read: 3, indexed: 3, quarantined: 0 });
  expect(await found()).toEqual([1, 3, 4]);
  expect((await update()).totals).toMatchObject({ read: 3, indexed: 0, unchanged: 3, bytes: 0 });
  commit(epoch(1), [arrival(5), arrival(6)]);
  const grown = await update();
  expect(grown.problems).toEqual([]);
  expect(grown.totals).toMatchObject({ read: 5, indexed: 2 });
  // Those alone were read: once to record them, once to index them.
  expect(grown.totals.bytes).toBe(2 * (mail(5).length + mail(6).length));
  const { hits } = await site.search('number5');
  expect(hits[0]?.snippet?.map(({ text }) => text).join('')).toContain('The hay of number5');
});

it('takes the committer for the arrival, where no Received says it', async () => {
  const [first, second] = [arrival(1), { ...arrival(2), at: 1_500_000_000, written: 1_600_000_000 }];
  commit(epoch(0), [first, second]);
  await open();
  await update();
  expect((await site.count('received:2017-07-14')).count).toBe(1);
});

it('keeps what is deleted until it is told to remove, and has it again when it arrives again', async () => {
  commit(epoch(0), [1, 2].map(arrival));
  await open();
  await update();
  commit(epoch(1), [deletion(1)]);
  await update();
  expect(await found()).toEqual([1, 2]);
  const report = await update({ remove: true });
  expect(report.totals).toMatchObject({ removed: 1, read: 1 });
  expect(await found()).toEqual([2]);
  commit(epoch(1), [arrival(1)]);
  expect((await update({ remove: true })).totals).toMatchObject({ indexed: 1, read: 2 });
  expect(await found()).toEqual([1, 2]);
});

it('reads a history anew that was purged, and indexes nothing of it again', async () => {
  commit(epoch(0), [1, 2, 3, 4].map(arrival));
  await open();
  await update();
  rewrite(epoch(0), [1, 3, 4].map(arrival));
  const report = await update({ remove: true });
  expect(report.totals).toMatchObject({ indexed: 0, unchanged: 3, removed: 1 });
  expect(await found()).toEqual([1, 3, 4]);
  rewrite(epoch(0), [arrival(1), arrives(mail(3, 'straw'), 5), arrival(4)]);
  expect((await update({ remove: true })).totals).toMatchObject({ indexed: 1, unchanged: 2, removed: 1 });
  expect((await site.count('straw')).count).toBe(1);
});

it('has again what an epoch no longer deletes, or one that is gone', async () => {
  commit(epoch(0), [1, 2, 3].map(arrival));
  commit(epoch(1), [deletion(1), deletion(2), arrival(4)]);
  await open();
  await update();
  expect(await found()).toEqual([3, 4]);
  rewrite(epoch(1), [deletion(1), arrival(4)]);
  await update({ remove: true });
  expect(await found()).toEqual([2, 3, 4]);
  rmSync(epoch(1), { recursive: true });
  await update({ remove: true });
  expect(await found()).toEqual([1, 2, 3]);
});

it('follows the tree of an inbox of the first version', async () => {
  const path = join(folder, 'inbox');
  const at = (n: number) => pathFor(`m${n}@example.org`);
  commit(path, [{ files: { [at(1)]: mail(1), [at(2)]: mail(2), [at(3)]: mail(3) }, at: 1 }]);
  await open();
  await update();
  commit(path, [{ files: { [at(1)]: null, [at(2)]: mail(2, 'clover'), [at(4)]: mail(4) }, at: 2 }]);
  const report = await update({ remove: true });
  expect(report.totals).toMatchObject({ read: 3, indexed: 2, unchanged: 1 });
  expect(await found()).toEqual([2, 3, 4]);
  expect((await site.count('clover')).count).toBe(1);
});

it.each([
  ['branch', ['refs/heads/master']],
  ['references', ['HEAD', 'refs']],
  ['objects', ['objects']],
])('loses nothing to an epoch that has lost its %s, and reads the others', async (_, gone) => {
  commit(epoch(0), [1, 2].map(arrival));
  commit(epoch(1), [arrival(3)]);
  await open();
  await update();
  for (const name of gone) rmSync(join(epoch(1), name), { recursive: true });
  commit(epoch(2), [arrival(4)]);
  // A head that is as it was is not looked behind.
  const report = await update({ remove: true, full: true });
  expect(report.problems).toMatchObject([{ archive: 'list', path: epoch(1) }]);
  expect(await found()).toEqual([1, 2, 3, 4]);
});

it('puts a message into quarantine that its repository has lost, with its place, and takes it out when it is deleted', async () => {
  commit(epoch(0), [1, 2].map(arrival));
  const blob = git(epoch(0), ['hash-object', '--stdin'], mail(1)).trim();
  rmSync(join(epoch(0), 'objects', blob.slice(0, 2), blob.slice(2)));
  await open();
  expect((await update()).totals).toMatchObject({ read: 2, indexed: 1, quarantined: 1 });
  expect(await site.quarantine()).toMatchObject([{ archive: 'list', path: epoch(0), offset: 0 }]);
  expect((await update()).totals).toMatchObject({ read: 2, indexed: 0, quarantined: 1 });
  commit(epoch(0), [deletion(1)]);
  expect((await update()).totals).toMatchObject({ read: 1, quarantined: 0 });
});

it('reads everything anew when told to, and indexes nothing again', async () => {
  commit(epoch(0), [1, 2].map(arrival));
  commit(epoch(1), [deletion(2), arrival(3)]);
  await open();
  await update();
  const report = await update({ full: true, remove: true });
  expect(report.totals).toMatchObject({ read: 2, indexed: 0, unchanged: 2, removed: 0 });
  expect(report.totals.bytes).toBe(mail(1).length + mail(3).length);
});

it('reads an epoch once that several paths lead to', async () => {
  commit(epoch(0), [1, 2].map(arrival));
  commit(epoch(1), [deletion(2)]);
  symlinkSync('git/0.git', join(folder, 'inbox/link'));
  const paths = ['inbox/git/0.git', 'inbox/link', 'inbox', 'inbox/git'];
  const settings = { ...inbox, archives: { list: { paths } }, dataDir: join(folder, 'data') };
  site = await openSiteAt(settings, folder);
  expect((await update()).totals).toMatchObject({ read: 1, indexed: 1, duplicates: 0 });
});

it('goes on where a run was stopped', async () => {
  commit(epoch(0), [...Array.from({ length: 2600 }, (_, i) => arrival(i)), deletion(7)]);
  await open();
  await update();
  commit(epoch(0), [
    ...Array.from({ length: 2600 }, (_, i) => arrival(3000 + i)),
    deletion(3007),
    deletion(8),
  ]);
  const controller = new AbortController();
  const onProgress = ({ phase, done }: { phase: string; done: number }) => {
    if (phase === 'scan' && done > 0) controller.abort();
  };
  const stopped = site.update({ workers: 1, signal: controller.signal, onProgress });
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  const report = await update({ remove: true });
  expect(report.problems).toEqual([]);
  expect(report.totals).toMatchObject({ read: 2598 + 2599, duplicates: 0 });
  expect((await site.count('*')).count).toBe(2598 + 2599);
  expect((await update()).totals).toMatchObject({ indexed: 0, bytes: 0 });
});

it('divides a big epoch among all threads', async () => {
  commit(epoch(0), [...Array.from({ length: 2600 }, (_, i) => arrival(i)), deletion(7)]);
  await open();
  const progress: number[] = [];
  const report = await site.update({ workers: 2, onProgress: ({ done }) => progress.push(done) });
  expect(report.totals).toMatchObject({ read: 2599, indexed: 2599 });
  const fresh = await openTemporarySite(inbox, folder);
  const whole = await fresh.site.update({ workers: 1 });
  expect(whole.totals).toMatchObject({ read: 2599, indexed: 2599 });
  expect(await found()).toEqual(await found(fresh.site));
  await fresh.remove();
});

it('shows a message and its places by its blob, and says when the history lost it', async () => {
  commit(epoch(0), [1, 2].map(arrival));
  await open();
  await update();
  const [shown] = await site.show('m1@example.org', { raw: true });
  expect(Buffer.from(shown?.raw ?? []).toString()).toBe(mail(1));
  rewrite(epoch(0), [arrival(2)]);
  await expect(site.show('m1@example.org')).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
  writeFileSync(join(epoch(0), 'HEAD'), 'nonsense\n');
  const [other] = await site.show('m2@example.org', { raw: true });
  expect(Buffer.from(other?.raw ?? []).toString()).toBe(mail(2));
});
