import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettingsInput } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { startReading } from './reading.ts';

const ENGINES = await everyEngine('is rebuilt while other processes search');
const REBUILDS = 50;
const READERS = 4;
/** Messages at a time: those from one number on. */
const WINDOW = 20;

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-rebuilds-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** The archive loses its oldest message and gets a new one, each time. */
function write(first: number): void {
  const mails = Array.from({ length: WINDOW }, (_, i) => ({
    id: `${first + i}@example.org`,
    subject: String(first + i),
    text: `scythe ${first + i}`,
  }));
  writeFileSync(join(directory, 'list.mbox'), mbox(mails));
}

it.each(ENGINES)(
  'four processes that search while $name is rebuilt fifty times see one generation whole, and then another',
  async ({ name, settings, forget }) => {
    const dataDir = join(directory, 'data');
    const input: SettingsInput = {
      archives: { list: { paths: ['list.mbox'] } },
      connections: { default: { engine: name, ...settings(dataDir) } },
      dataDir,
    };
    write(1);
    const site = await openSiteAt(input, directory);
    await site.update({ workers: 1 });
    const readers = Array.from({ length: READERS }, () => startReading({ settings: input, directory }));
    await Promise.all(readers.map((reader) => reader.ready));
    for (let round = 1; round <= REBUILDS; round++) {
      write(1 + round);
      // What was kept goes under the eyes of those who read it.
      const { failures } = await site.rebuild({ workers: 1, keep: round % 2 });
      expect(failures).toEqual([]);
    }
    await Promise.all(readers.map((reader) => reader.ready));
    for (const { answers, spans, wrong } of await Promise.all(readers.map((reader) => reader.stop()))) {
      expect(wrong).toEqual([]);
      expect(answers).toBeGreaterThan(READERS);
      const firsts = spans.map(([first]) => first);
      // Whole, and never an older one behind a newer one.
      expect(spans.filter(([first, last]) => last - first + 1 !== WINDOW)).toEqual([]);
      expect(firsts).toEqual(firsts.toSorted((a, b) => a - b));
      // It moved over by itself.
      expect(firsts.length).toBeGreaterThan(2);
    }
    await site.clear();
    await site.close();
    await forget(dataDir);
  },
  600_000,
);
