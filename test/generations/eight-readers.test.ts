import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { hayrick } from '../e2e/command.ts';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { startReading } from './reading.ts';

const READERS = 8;
const REBUILDS = 5;
/** Messages that are there at first, and that arrive at a time. */
const BEGUN = 300;
const ARRIVE = 3;

const ENGINES = await everyEngine('eight processes that search while one writes and one rebuilds');

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-readers-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

function mails(first: number, count: number): string {
  return mbox(
    Array.from({ length: count }, (_, i) => ({
      id: `${first + i}@example.org`,
      subject: String(first + i),
      text: `scythe ${first + i}`,
    })),
  );
}

it.each(ENGINES)(
  'eight processes search while one writes and one rebuilds: what was found once is found always ($name)',
  async (engine) => {
    const list = join(directory, 'list.mbox');
    const input = {
      archives: { list: { paths: [list] } },
      connections: { default: { engine: engine.name, ...engine.settings(directory) } },
      dataDir: join(directory, 'data'),
    };
    writeFileSync(join(directory, 'settings.json'), JSON.stringify(input), { mode: 0o600 });
    writeFileSync(list, mails(1, BEGUN));
    const site = await openSiteAt(input, directory);
    await site.update({ workers: 1 });
    const readers = Array.from({ length: READERS }, () => startReading({ settings: input, directory }));
    await Promise.all(readers.map((reader) => reader.ready));

    let rebuilt = 0;
    const rebuilding = (async () => {
      const rebuild = ['rebuild_index', '--noinput', '--workers', '1', '-v', '0'];
      for (; rebuilt < REBUILDS; rebuilt++) {
        expect(await hayrick(rebuild, { cwd: directory })).toMatchObject({ status: 0, stderr: '' });
      }
    })();
    rebuilding.catch(() => {
      rebuilt = REBUILDS;
    });
    let written = BEGUN;
    while (rebuilt < REBUILDS) {
      appendFileSync(list, mails(written + 1, ARRIVE));
      written += ARRIVE;
      // One that ends while the generation it begins with is swapped out may be waited for.
      const { failures } = await site.update({ workers: 1, wait: 60 });
      expect(failures).toEqual([]);
      expect((await site.count('scythe')).count).toBe(written);
    }
    await rebuilding;

    for (const { answers, spans, wrong } of await Promise.all(readers.map((reader) => reader.stop()))) {
      expect(wrong).toEqual([]);
      expect(answers).toBeGreaterThan(REBUILDS);
      expect(spans.every(([first]) => first === 1)).toBe(true);
      const lasts = spans.map(([, last]) => last);
      expect(lasts).toEqual(lasts.toSorted((a, b) => a - b));
    }
    expect((await site.info())[0]).toMatchObject({ documents: written, lag: 0 });
    await site.close();
    await engine.forget(directory);
  },
  600_000,
);
