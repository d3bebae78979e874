import { fork } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RebuildOptions, SettingsInput, Site } from '@hayrick/core';
import { expect } from 'vitest';
import { FROM_SOURCES } from '../from-sources.ts';
import { openSiteAt } from '../site-at.ts';

/** Messages of a rebuild that is large enough to be gone on with. */
export const MANY = 52_000;
/** Of which half are in each of two files. */
const FILES = 2;
/** What a killed process may lose at most: messages of one transaction of the engine, and those under way. */
export const COMMITTED = 5_000;

/** A site of many small mails, in a folder of its own. */
export interface LargeSite {
  readonly directory: string;
  /** What it has logged. */
  readonly logged: readonly string[];
  /** Opens it; closes what was open before. */
  open(input: SettingsInput): Promise<Site>;
  /** Adds mails of these numbers to a file. */
  add(name: string, first: number, count: number): void;
  /** A rebuild in a process of its own that is killed when so many messages are indexed. */
  kill(input: SettingsInput, at: number, options: RebuildOptions): Promise<void>;
  remove(): Promise<void>;
}

/** One with its mail in `0.mbox` and `1.mbox`. */
export function makeLargeSite(): LargeSite {
  const directory = mkdtempSync(join(tmpdir(), 'hayrick-resume-'));
  const logged: string[] = [];
  let open: Site | null = null;
  const each = MANY / FILES;
  for (let i = 0; i < FILES; i++) writeFileSync(join(directory, `${i}.mbox`), mails(i * each, each));
  return {
    directory,
    logged,
    async open(input) {
      await open?.close();
      open = await openSiteAt(input, directory, { log: (message) => logged.push(message) });
      return open;
    },
    add: (name, first, count) => appendFileSync(join(directory, name), mails(first, count)),
    async kill(input, at, options) {
      const child = fork(new URL('./rebuilding-process.ts', import.meta.url), {
        stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        execArgv: [...FROM_SOURCES],
      });
      child.on('message', (indexed: number) => {
        if (indexed >= at) child.kill('SIGKILL');
      });
      child.send({ settings: input, directory, options });
      expect(await once(child, 'close')).toEqual([null, 'SIGKILL']);
    },
    async remove() {
      await open?.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

/** Both ends of all messages stand in the order of their dates. */
export async function expectOrder(site: Site): Promise<void> {
  const oldest = await site.search('scythe', { sort: 'oldest', limit: 500, highlight: false });
  const newest = await site.search('scythe', { sort: 'newest', limit: 500, highlight: false });
  for (const [hits, sign] of [
    [oldest.hits, 1],
    [newest.hits, -1],
  ] as const) {
    const dates = hits.map((hit) => hit.date);
    expect(dates).toEqual(dates.toSorted((a, b) => sign * (a < b ? -1 : a > b ? 1 : 0)));
  }
}

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
