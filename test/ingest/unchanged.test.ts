import {
  appendFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Report, Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { checkSums } from './check-sums.ts';

const NOTHING = { filesOpened: 0, bytesRead: 0, messagesParsed: 0 };
const SETTINGS = {
  dataDir: 'data',
  archives: {
    plain: { paths: ['plain'] },
    packed: { paths: ['*.gz'] },
    dir: { paths: ['dir'] },
    loose: { paths: ['loose'] },
  },
  connections: { default: { engine: 'sqlite' }, other: { engine: 'memory' } },
} as const;

let directory: string;
let site: Site;
/** How far the site's clock is ahead of the files' stamps, in milliseconds. */
let ahead: number;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-unchanged-'));
  ahead = 10_000;
  for (const folder of [
    'plain',
    'dir/cur',
    'dir/new',
    'dir/tmp',
    'dir/.Sent/cur',
    'dir/.Sent/new',
    'loose',
  ]) {
    mkdirSync(at(folder), { recursive: true });
  }
  write('plain/box', mbox([mail('p1'), mail('p2'), mail('p3')]));
  write('plain/README', 'Not mail.\n');
  write('packed.mbox.gz', gzipSync(mbox([mail('z1'), mail('z2')])));
  for (const name of ['d1', 'd2', 'd3']) write(`dir/cur/${name}.host:2,S`, mailText(mail(name)));
  write('loose/one.eml', mailText(mail('l1')));
  write('loose/two', mailText(mail('l2')));
  site = await openSiteAt(SETTINGS, directory, { now: () => Date.now() + ahead });
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

const at = (name: string): string => join(directory, name);
const mail = (name: string) => ({ id: `${name}@example.org`, text: `about ${name}` });
function write(name: string, content: string | Uint8Array): void {
  writeFileSync(at(name), content);
}
async function update(options: Parameters<Site['update']>[0] = {}): Promise<Report> {
  const report = await site.update({ workers: 1, ...options });
  checkSums(report);
  expect(report.failures).toEqual([]);
  return report;
}
/** Nothing was put into any engine. */
function expectNoWrites({ connections }: Report): void {
  for (const counts of Object.values(connections)) {
    expect(counts).toMatchObject({ added: 0, updated: 0, removed: 0, documents: 10 });
  }
}

describe('where nothing has changed', () => {
  it('no file is opened, nothing is read, parsed or written', async () => {
    const first = await update();
    expect(first.totals).toMatchObject({ read: 10, indexed: 10 });
    expect(first.reads.filesOpened).toBeGreaterThan(0);
    expect(first.reads.messagesParsed).toBe(10);
    const again = await update();
    expect(again.totals).toMatchObject({ read: 10, unchanged: 10, indexed: 0, bytes: 0 });
    expect(again.reads).toEqual(NOTHING);
    expectNoWrites(again);
  });

  it('that holds for another program over the same data', async () => {
    await update();
    const other = await openSiteAt(SETTINGS, directory, { now: () => Date.now() + ahead });
    const report = await other.update();
    await other.close();
    expect(report.reads).toEqual(NOTHING);
    expectNoWrites(report);
  });

  it('what was written just before the look is looked at once more, and then no more', async () => {
    ahead = 0;
    await update();
    ahead = 10_000;
    const again = await update();
    expect(again.reads.filesOpened).toBeGreaterThan(0);
    expect(again.reads.messagesParsed).toBe(0);
    expectNoWrites(again);
    expect((await update()).reads).toEqual(NOTHING);
  });

  it('--full reads every file, and indexes nothing anew', async () => {
    await update();
    const full = await update({ full: true });
    expect(full.reads.messagesParsed).toBe(10);
    expectNoWrites(full);
    expect((await update()).reads).toEqual(NOTHING);
  });
});

describe('what moves is neither read nor indexed again', () => {
  const MOVES: readonly (readonly [string, string, string])[] = [
    ['a message of a Maildir that is read', 'dir/cur/d1.host:2,S', 'dir/cur/d1.host:2,FS'],
    ['a message that comes back to new/', 'dir/cur/d1.host:2,S', 'dir/new/d1.host'],
    ['a message that moves to another folder', 'dir/cur/d1.host:2,S', 'dir/.Sent/cur/d1.host:2,S'],
    ['an mbox under another name', 'plain/box', 'plain/tin'],
    ['a packed mbox under another name', 'packed.mbox.gz', 'other.mbox.gz'],
    ['a loose message under another name', 'loose/one.eml', 'loose/three.eml'],
  ];
  it.each(MOVES)('%s', async (_, from, to) => {
    await update();
    renameSync(at(from), at(to));
    const report = await update({ remove: true });
    expect(report.totals).toMatchObject({ read: 10, unchanged: 10 });
    expect(report.reads.messagesParsed).toBe(0);
    expectNoWrites(report);
    expect((await update()).reads).toEqual(NOTHING);
    for (const { id } of (await site.search('*', { limit: 20 })).hits) {
      expect(await site.show(id)).toHaveLength(1);
    }
  });
});

describe('an mbox', () => {
  it('that grew is read from its last message on', async () => {
    write('plain/box', mbox(Array.from({ length: 500 }, (_, i) => mail(`q${i}`))));
    await update();
    appendFileSync(at('plain/box'), mbox([mail('new1'), mail('new2')]));
    const report = await update();
    expect(report.totals).toMatchObject({ indexed: 2, unchanged: 507 });
    // The last one, which may have been torn, and two that are recorded and then indexed.
    expect(report.reads.messagesParsed).toBe(5);
    expect(report.reads.bytesRead).toBeLessThan(100_000);
    expect(report.connections['default']).toMatchObject({ added: 2, updated: 0 });
  });

  const REWRITES: readonly (readonly [string, readonly string[]])[] = [
    ['written anew', ['p1', 'p2', 'p3']],
    ['put into another order', ['p3', 'p1', 'p2']],
    ['shortened', ['p1', 'p2']],
    ['shortened in its middle', ['p1', 'p3']],
  ];
  it.each(REWRITES)('that was %s is read, and what is still in it is not indexed again', async (_, names) => {
    await update();
    const before = (await site.search('*', { limit: 20 })).hits.map(({ id }) => id);
    rmSync(at('plain/box'));
    write('plain/box', mbox(names.map(mail)));
    const report = await update({ remove: true });
    const removed = 3 - names.length;
    expect(report.totals).toMatchObject({ read: 10 - removed, indexed: 0 });
    for (const counts of Object.values(report.connections)) {
      expect(counts).toMatchObject({ added: 0, updated: 0, removed });
    }
    const after = (await site.search('*', { limit: 20 })).hits.map(({ id }) => id);
    expect(before).toEqual(expect.arrayContaining(after));
  });
});

describe('what is changed in place', () => {
  /** Another text of the same length, and the same time of change. */
  function replace(name: string): void {
    const { mtime } = statSync(at(name));
    write(name, readFileSync(at(name), 'utf8').replace('about', 'scyth'));
    utimesSync(at(name), mtime, mtime);
  }

  it.each(['plain/box', 'dir/cur/d1.host:2,S', 'loose/one.eml'])('%s is noticed by --full', async (name) => {
    // Its end, which is looked at in case of doubt, stays as it is.
    if (name === 'plain/box')
      write(name, mbox([mail('p1'), { ...mail('p2'), text: 'x'.repeat(5000) }, mail('p3')]));
    await update();
    replace(name);
    await update({ full: true });
    expect((await site.count('scyth')).count).toBe(1);
  });

  it('a message of a Maildir that was half written is read when it is whole', async () => {
    ahead = 0;
    const whole = mailText(mail('d4'));
    write('dir/cur/d4.host:2,S', whole.slice(0, -4));
    await update();
    ahead = 10_000;
    write('dir/cur/d4.host:2,S', whole);
    const report = await update({ remove: true });
    expect(report.totals.read).toBe(11);
    expect((await site.count('d4')).count).toBe(1);
    expect((await update()).reads).toEqual(NOTHING);
  });

  it('a file of a Maildir that could not be read is tried again', async () => {
    mkdirSync(at('dir/new/d5.host'));
    renameSync(at('dir/new/d5.host'), at('dir/d5'));
    await update();
    write('dir/new/d5.host', mailText(mail('d5')));
    expect((await update()).totals).toMatchObject({ read: 11, indexed: 1 });
  });
});
