import {
  appendFileSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import type { Report, Site } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

let directory: string;
let site: Site;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-paths-'));
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

const at = (name: string): string => join(directory, name);

async function open(paths: readonly string[]): Promise<void> {
  site = await openSiteAt(
    {
      dataDir: 'data',
      archives: { all: { paths: [...paths] } },
      connections: { default: { engine: 'memory' } },
    },
    directory,
  );
}

function write(name: string, content: string | Buffer): void {
  mkdirSync(dirname(at(name)), { recursive: true });
  writeFileSync(at(name), content);
}

const one = (id: string): string => mailText({ id: `${id}@example.org`, text: `word${id}` });
const box = (...ids: string[]): string =>
  mbox(ids.map((id) => ({ id: `${id}@example.org`, text: `word${id}` })));
const update = (full = false): Promise<Report> => site.update({ workers: 1, full });
const count = async (query: string): Promise<number> => (await site.count(query)).count;

/** Nothing is read twice, now or again. */
async function readsOnce(messages: number): Promise<void> {
  expect((await update()).totals).toMatchObject({
    read: messages,
    indexed: messages,
    duplicates: 0,
    quarantined: 0,
  });
  expect((await update()).totals).toMatchObject({ read: messages, unchanged: messages, duplicates: 0 });
  expect((await update(true)).totals).toMatchObject({ read: messages, unchanged: messages, duplicates: 0 });
}

it('a file that links lead to is read once', async () => {
  write('a.mbox', box('1', '2'));
  symlinkSync(at('a.mbox'), at('b.mbox'));
  linkSync(at('a.mbox'), at('c.mbox'));
  write('mail/1.eml', one('3'));
  linkSync(at('mail/1.eml'), at('mail/2.eml'));
  await open(['b.mbox', 'a.mbox', 'c.mbox', 'mail']);
  await readsOnce(3);
});

it('what several paths and patterns lead to is read once', async () => {
  write('mail/a.mbox', box('1'));
  write('mail/deep/b.mbox.gz', gzipSync(box('2')));
  write('mail/deep/3.eml', one('3'));
  write('mail/mh/1', one('4'));
  for (const folder of ['cur', 'new', 'tmp']) mkdirSync(at(`mail/dir/${folder}`), { recursive: true });
  write('mail/dir/cur/1577873318.M1P2.host:2,S', one('5'));
  symlinkSync(at('mail/dir'), at('dir'));
  symlinkSync(at('mail'), at('mail/deep/up'));
  await open(['mail', 'mail/*.mbox', 'mail/**/*.eml', 'mail/deep', 'mail/mh', 'dir', './mail/']);
  await readsOnce(5);
});

it('of a file with two paths either may go', async () => {
  write('a.mbox', box('1', '2'));
  linkSync(at('a.mbox'), at('b.mbox'));
  await open(['*.mbox']);
  await readsOnce(2);
  rmSync(at('a.mbox'));
  expect((await update()).totals).toMatchObject({ read: 2, indexed: 0, unchanged: 2 });
  linkSync(at('b.mbox'), at('0.mbox'));
  expect((await update()).totals).toMatchObject({ read: 2, indexed: 0, unchanged: 2, duplicates: 0 });
  expect(await count('word1')).toBe(1);
});

it('one path may hold an MH folder and loose messages', async () => {
  write('mail/.mh_sequences', '');
  write('mail/1', one('1'));
  write('mail/2', one('2'));
  write('mail/saved/note.eml', one('3'));
  await open(['mail']);
  await readsOnce(3);
  renameSync(at('mail/2'), at('mail/7'));
  expect((await update()).totals).toMatchObject({ read: 3, unchanged: 3 });
  write('mail/8', one('4'));
  expect((await update()).totals).toMatchObject({ read: 4, indexed: 1, unchanged: 3 });
});

it('a message that moves between folders of a Maildir is not indexed again', async () => {
  for (const folder of ['', '.Sent/', '.Sent.2020/']) {
    for (const sub of ['cur', 'new', 'tmp']) mkdirSync(at(`m/${folder}${sub}`), { recursive: true });
  }
  write('m/new/1577873318.M1P2.host', one('1'));
  write('m/.Sent/cur/1577873319.M1P2.host:2,S', one('2'));
  await open(['m']);
  await readsOnce(2);
  renameSync(at('m/new/1577873318.M1P2.host'), at('m/.Sent.2020/cur/1577873318.M1P2.host:2,RS'));
  expect((await update()).totals).toMatchObject({ read: 2, indexed: 0, unchanged: 2 });
  expect(await count('word1')).toBe(1);
});

it('a mailbox that is packed otherwise holds the same messages', async () => {
  write('a.mbox', box('1', '2', '3'));
  await open(['a.mbox*']);
  await readsOnce(3);
  rmSync(at('a.mbox'));
  write('a.mbox.zst', Buffer.concat([zstdCompressSync(box('1')), zstdCompressSync(box('2', '3'))]));
  expect((await update()).totals).toMatchObject({ read: 3, indexed: 0, unchanged: 3 });
});

it('a packed file that is torn gives what it holds, says so, and comes right', async () => {
  const whole = gzipSync(Array.from({ length: 300 }, (_, i) => box(String(i * i))).join(''));
  write('a.mbox.gz', whole.subarray(0, whole.length - 400));
  await open(['a.mbox.gz']);
  const torn = await update();
  expect(torn.problems).toMatchObject([{ message: expect.stringContaining('ends within compressed data') }]);
  expect(torn.totals.indexed).toBeGreaterThan(100);
  write('a.mbox.gz', whole);
  // What was read of the torn message is another message, and gone.
  const mended = await site.update({ workers: 1, remove: true });
  expect(mended.problems).toEqual([]);
  expect(mended.totals.read).toBe(300);
  expect(await count('*')).toBe(300);
});

it('a month of pipermail keeps its ids when it grows, is packed, or is named', async () => {
  const month = (from: number, to: number): string =>
    Array.from({ length: to - from }, (_, i) =>
      [
        'From ann at example.org  Sat Mar  1 10:11:12 2003',
        'From: ann at example.org (Ann Smith)',
        'Date: Sat, 1 Mar 2003 10:11:12 +0000',
        `Message-ID: <${from + i}@example.org>`,
        `Subject: number${from + i}\n\ntext\n\n`,
      ].join('\n'),
    ).join('');
  write('2003-March.txt', month(0, 3));
  await open(['2003-March.txt*']);
  await readsOnce(3);
  expect(await count('from:ann@example.org')).toBe(3);
  appendFileSync(at('2003-March.txt'), month(3, 4));
  expect((await update()).totals).toMatchObject({ read: 4, indexed: 1, unchanged: 3 });
  rmSync(at('2003-March.txt'));
  write('2003-March.txt.gz', gzipSync(month(0, 4)));
  expect((await update()).totals).toMatchObject({ read: 4, indexed: 0, unchanged: 4 });
  await site.close();
  site = await openSiteAt(
    {
      dataDir: 'data',
      archives: { all: { paths: ['2003-March.txt*'], kind: 'pipermail' } },
      connections: { default: { engine: 'memory' } },
    },
    directory,
  );
  expect((await update()).totals).toMatchObject({ read: 4, unchanged: 4 });
});
