import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RebuildOptions, SettingsInput, Site } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { FROM_SOURCES } from '../from-sources.ts';
import { openSiteAt } from '../site-at.ts';

const MANY = 52_000;
/** Of which half are in each of two files. */
const FILES = 2;
/** What a killed process may lose at most: messages of one transaction of the engine, and those under way. */
const COMMITTED = 5_000;

let directory: string;
let logged: string[];
let open: Site | null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-resume-'));
  logged = [];
  open = null;
});
afterEach(async () => {
  await open?.close();
  rmSync(directory, { recursive: true, force: true });
});

/** Small mails of these numbers, of dates in no order. */
function mails(first: number, count: number): string {
  const texts: string[] = [];
  for (let n = first; n < first + count; n++) {
    const seconds = String((n * 7919) % 60).padStart(2, '0');
    const date = `${((n * 31) % 28) + 1} Feb 2020 10:00:${seconds} +0000`;
    texts.push(
      `From a Fri Jan 31 12:00:00 2020\nDate: ${date}\nMessage-ID: <${n}@x.example>\nSubject: n${n}\n\nscythe\n\n`,
    );
  }
  return texts.join('');
}

const input = (): SettingsInput => ({
  archives: { list: { paths: ['*.mbox'] } },
  connections: { default: { engine: 'sqlite' } },
  dataDir: 'data',
});

async function site(): Promise<Site> {
  await open?.close();
  open = await openSiteAt(input(), directory, { log: (message) => logged.push(message) });
  return open;
}

/** A rebuild in a process of its own that is killed when so many messages are indexed. */
async function kill(at: number, options: RebuildOptions): Promise<void> {
  const child = fork(new URL('./rebuilding-process.ts', import.meta.url), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    execArgv: [...FROM_SOURCES],
  });
  child.on('message', (indexed: number) => {
    if (indexed >= at) child.kill('SIGKILL');
  });
  child.send({ settings: input(), directory, options });
  expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
}

function fill(): void {
  const each = MANY / FILES;
  for (let i = 0; i < FILES; i++) writeFileSync(join(directory, `${i}.mbox`), mails(i * each, each));
}

it('a rebuild that is killed at 70 % is gone on with, and parses at most the rest and a batch again', async () => {
  fill();
  await (await site()).update();
  const before = (await open?.info())?.[0]?.live;
  await kill(MANY * 0.7, { workers: 2 });

  // What arrives meanwhile is indexed, and the unfinished generation is left alone.
  appendFileSync(join(directory, '0.mbox'), mails(MANY, 10));
  const again = await site();
  const generations = (await again.info())[0]?.generations ?? [];
  expect(generations).toMatchObject([{ state: 'live' }, { state: 'building' }]);
  expect(generations[1]?.notes.at(-1)).toMatch(/left unfinished: the next rebuild_index goes on with it/);
  expect(await again.update()).toMatchObject({ connections: { default: { added: 10, generation: before } } });
  expect((await again.info())[0]?.generations.map((g) => g.name)).toEqual(generations.map((g) => g.name));

  const report = await again.rebuild();
  expect(report).toMatchObject({
    failures: [],
    connections: { default: { documents: MANY + 10, generation: generations[1]?.name } },
  });
  expect(logged.join('\n')).toMatch(/left unfinished with \d+ documents; the rest is added to it/);
  expect(report.reads.messagesParsed).toBeLessThanOrEqual(MANY * 0.3 + COMMITTED + 10);
  expect(report.reads.messagesParsed).toBeGreaterThan(0);
  expect((await again.count('scythe')).count).toBe(MANY + 10);
  const oldest = await again.search('scythe', { sort: 'oldest', limit: 500, highlight: false });
  const newest = await again.search('scythe', { sort: 'newest', limit: 500, highlight: false });
  for (const [hits, sign] of [
    [oldest.hits, 1],
    [newest.hits, -1],
  ] as const) {
    const dates = hits.map((hit) => hit.date);
    expect(dates).toEqual(dates.toSorted((a, b) => sign * (a < b ? -1 : a > b ? 1 : 0)));
  }
  expect((await again.info())[0]?.generations.map((g) => g.state)).toEqual(['kept', 'live']);
}, 600_000);
