import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Progress, Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

/** More than two batches of messages. */
const MANY = 2300;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-resume-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const at = (name: string): string => join(directory, name);
const mails = (first: number, count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `m${first + i}@example.org`,
    text: `number${first + i}\n${'all of the same text, which packs well\n'.repeat(20)}`,
  }));

/** How each kind of archive is written with messages from one number on. */
const KINDS: Readonly<Record<string, (first: number, count: number) => void>> = {
  'a.mbox': (first, count) => writeFileSync(at('a.mbox'), mbox(mails(first, count))),
  'a.mbox.gz': (first, count) => writeFileSync(at('a.mbox.gz'), gzipSync(mbox(mails(first, count)))),
  maildir: (first, count) => {
    rmSync(at('maildir'), { recursive: true, force: true });
    for (const folder of ['cur', 'new', 'tmp']) mkdirSync(at(`maildir/${folder}`), { recursive: true });
    for (const mail of mails(first, count)) {
      writeFileSync(at(`maildir/cur/158000.${mail.id}:2,S`), mailText(mail));
    }
  },
};

function open(path: string): Promise<Site> {
  const settings = { archives: { a: { paths: [path] } }, connections: { default: { engine: 'sqlite' } } };
  return openSiteAt({ dataDir: 'data', ...settings }, directory);
}

/** Runs an update that is interrupted as soon as it tells of its step number `step` of a phase; false when it does not get there. */
async function interrupted(site: Site, phase: Progress['phase'], step: number): Promise<boolean> {
  const interrupt = new AbortController();
  let seen = 0;
  const onProgress = (progress: Progress): void => {
    if (progress.phase === phase && ++seen === step) interrupt.abort(new Error('interrupted'));
  };
  try {
    await site.update({ onProgress, signal: interrupt.signal, workers: 1 });
    return false;
  } catch (error) {
    expect(error).toMatchObject({ message: 'interrupted' });
    return true;
  }
}

describe.each(Object.keys(KINDS))('%s', (kind) => {
  it.each([
    ['scan', 1],
    ['index', 1],
    ['index', 2],
    ['index', 5],
  ] as const)('interrupted in phase %s at step %i goes on there', async (phase, step) => {
    KINDS[kind]?.(0, MANY);
    const site = await open(kind);
    try {
      expect(await interrupted(site, phase, step)).toBe(true);
      const report = await site.update({ workers: 1 });
      expect(report).toMatchObject({ problems: [], totals: { read: MANY, indexed: MANY } });
      expect((await site.count('*')).count).toBe(MANY);
      expect((await site.count(`number${MANY - 1}`)).count).toBe(1);
      expect((await site.update()).totals).toMatchObject({ indexed: 0, bytes: 0 });
    } finally {
      await site.close();
    }
  });

  it.each([1, 2])(
    'written anew, interrupted at step %i, loses what is gone and nothing else',
    async (step) => {
      KINDS[kind]?.(0, MANY);
      const site = await open(kind);
      try {
        await site.update({ workers: 1 });
        KINDS[kind]?.(150, MANY);
        expect(await interrupted(site, 'scan', step)).toBe(true);
        expect((await site.count('*')).count).toBe(MANY);
        const report = await site.update({ remove: true, workers: 1 });
        expect(report).toMatchObject({ problems: [], totals: { read: MANY, removed: 150 } });
        expect((await site.count('*')).count).toBe(MANY);
        expect((await site.count('number149')).count).toBe(0);
        expect((await site.count(`number${MANY + 149}`)).count).toBe(1);
      } finally {
        await site.close();
      }
    },
  );
});
