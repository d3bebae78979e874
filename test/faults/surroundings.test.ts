import { execFileSync } from 'node:child_process';
import { appendFileSync, renameSync, rmSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '@hayrick/core';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as sqlite } from '@hayrick/sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hayrick } from '../e2e/command.ts';
import { makeSite, mbox, onDay, type TestSite } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { mountSmallDisk } from '../small-disk.ts';

const MIB = 1024 * 1024;
const disk = mountSmallDisk(64 * MIB, 'what happens on a disk that can only be read');

let place: TestSite;
beforeEach(() => {
  place = makeSite();
});
afterEach(() => place.remove());

/** Messages `NAME0`, `NAME1`, … */
function mails(name: string, count: number, text = 'A scythe.'): string {
  return mbox(
    Array.from({ length: count }, (_, i) => ({
      id: `${name}${i}@x.example`,
      date: onDay(1 + (i % 28)),
      text: `${text} ${'hay '.repeat(200)}`,
    })),
  );
}

describe.skipIf(disk === null)('a data folder that can only be read', () => {
  const path = disk?.path ?? '';
  const remount = (how: 'ro' | 'rw') =>
    execFileSync('mount', ['-o', `remount,${how}`, path], { stdio: 'pipe' });
  afterEach(() => {
    remount('rw');
    rmSync(join(path, 'data'), { recursive: true, force: true });
  });
  const run = (...argv: readonly string[]) => hayrick(argv, { cwd: place.folder });

  it('is said by every command, and costs nothing: the next run brings what was missed', async () => {
    place.write('list.mbox', mails('a', 3));
    place.settings({ list: { paths: ['list.mbox'] } }, { dataDir: join(path, 'data') });
    expect((await run('update_index', '-v', '0')).status).toBe(0);
    remount('ro');
    appendFileSync(join(place.folder, 'list.mbox'), mails('b', 2));
    const commands = [
      ['search', 'scythe'],
      ['update_index'],
      ['rebuild_index', '--noinput'],
      ['clear_index', '--noinput'],
      ['verify_index'],
    ];
    for (const argv of commands) {
      const { status, stdout, stderr } = await run(...argv);
      expect({ argv, status, stdout }).toEqual({ argv, status: 3, stdout: '' });
      expect(stderr).toMatch(
        /catalog\.db cannot be opened for writing\. .* that its disk is not read-only\.\n$/,
      );
    }
    remount('rw');
    expect((await run('update_index', '--format', 'json')).stdout).toContain('"indexed": 2');
    expect((await run('count', 'scythe')).stdout.trim()).toBe('5');
    expect((await run('verify_index', '--full')).status).toBe(0);
  });
});

describe('a clock that is set back', () => {
  const NOON = Date.UTC(2026, 5, 15, 12);
  let now: number;
  const open = () =>
    openSiteAt(
      {
        archives: { list: { paths: ['list.mbox'] } },
        connections: { default: { engine: 'sqlite' } },
        dataDir: 'data',
      },
      place.folder,
      { now: () => now },
    );

  it('keeps no mail from being found, no run from its turn, and generations in their order', async () => {
    now = NOON;
    const path = place.write('list.mbox', mails('a', 3));
    const first = await open();
    await first.update();
    await first.close();
    now = NOON - 30 * 86_400_000;
    const site = await open();
    try {
      appendFileSync(path, mails('b', 2));
      expect((await site.update()).totals.indexed).toBe(2);
      // What was written where the clock now stands in the past is looked at as well.
      appendFileSync(path, mails('c', 2));
      utimesSync(path, new Date(now), new Date(now));
      expect((await site.update()).totals.indexed).toBe(2);
      expect((await site.rebuild()).connections['default']).toMatchObject({ generation: 'g2', documents: 7 });
      expect((await site.count('scythe')).count).toBe(7);
      expect((await site.verify({ level: 'full' })).differences).toEqual([]);
    } finally {
      await site.close();
    }
  });
});

describe('a file that changes under the reader', () => {
  /** What happens when the engine is first asked for a generation: the mail was looked at by then, and not yet read. */
  function meanwhile(act: () => void): BackendModule {
    return {
      ...sqlite,
      open: async (context) => {
        const backend = await sqlite.open(context);
        let acted = false;
        return {
          ...backend,
          create: async (...args) => {
            if (!acted) act();
            acted = true;
            return backend.create(...args);
          },
        };
      },
    };
  }

  async function truth(): Promise<readonly string[]> {
    const site = await openWith(sqlite, 'fresh');
    try {
      await site.rebuild();
      return await idsOf(site);
    } finally {
      await site.close();
    }
  }

  const openWith = (engine: BackendModule, dataDir: string) =>
    openSiteAt(
      {
        archives: { list: { paths: ['mail/*.mbox'] } },
        connections: { default: { engine } },
        dataDir,
      },
      place.folder,
    );

  async function idsOf(site: Site): Promise<readonly string[]> {
    const { hits } = await site.search('*', { sort: 'oldest', limit: 1000, highlight: false });
    return hits.map(({ id }) => id);
  }

  const at = (name: string) => join(place.folder, 'mail', name);
  const CHANGES: readonly (readonly [string, () => void])[] = [
    ['vanishes', () => rmSync(at('b.mbox'))],
    ['is cut', () => truncateSync(at('b.mbox'), 40_000)],
    ['is emptied', () => truncateSync(at('b.mbox'), 0)],
    ['grows', () => appendFileSync(at('b.mbox'), mails('more', 40))],
    ['is another one', () => writeFileSync(at('b.mbox'), mails('other', 120))],
    ['moves', () => renameSync(at('b.mbox'), at('z.mbox'))],
  ];

  it.each(CHANGES)(
    '%s: nothing else is lost, and the next run ends where a fresh build does',
    async (_, act) => {
      place.write('mail/a.mbox', mails('a', 100));
      place.write('mail/b.mbox', mails('b', 120));
      place.write('mail/c.mbox', mails('c', 100));
      const site = await openWith(meanwhile(act), 'data');
      try {
        const { totals } = await site.rebuild();
        expect(totals.read).toBe(
          totals.indexed + totals.unchanged + totals.duplicates + totals.skipped + totals.quarantined,
        );
        const names = (await site.search('*', { limit: 1000, highlight: false })).hits.map(
          (h) => h.messageId,
        );
        for (const name of ['a', 'c']) expect(names.filter((id) => id.startsWith(name))).toHaveLength(100);
        await site.update({ remove: true });
        expect(await idsOf(site)).toEqual(await truth());
        expect((await site.verify({ level: 'full' })).differences).toEqual([]);
      } finally {
        await site.close();
      }
    },
  );
});
