import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettingsInput, Site } from '@hayrick/core';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

const SETTINGS: SettingsInput = {
  dataDir: 'data',
  archives: { garden: { paths: ['garden.mbox'] }, board: { paths: ['board'] } },
  connections: { default: { engine: 'sqlite' }, ram: { engine: 'memory' } },
};

let directory: string;
let site: Site;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-plan-'));
  for (const name of ['garden.mbox', 'board']) write(name, ['m1', 'm2', `only-in-${name}`]);
  site = await openSiteAt(SETTINGS, directory);
});
afterEach(async () => {
  await site.close();
  rmSync(directory, { recursive: true, force: true });
});

function write(name: string, mails: readonly string[]): void {
  writeFileSync(join(directory, name), mbox(mails.map((mail) => ({ id: `${mail}@example.org` }))));
}

/** What the data folder holds, to the byte; SQLite's shared memory, which is no data, is left out, and its log where it is empty. */
function state(): Readonly<Record<string, string>> {
  const data = join(directory, 'data');
  if (!existsSync(data)) return {};
  const files = readdirSync(data, { recursive: true, withFileTypes: true }).flatMap((entry) => {
    const path = join(entry.parentPath, entry.name);
    const empty = entry.isFile() && statSync(path).size === 0;
    if (entry.name.endsWith('-shm') || (entry.name.endsWith('-wal') && empty)) return [];
    const content = entry.isFile()
      ? createHash('sha256').update(readFileSync(path)).digest('hex')
      : 'a folder';
    return [[path, content] as const];
  });
  return Object.fromEntries(files);
}

it('of a new site tells all, and makes nothing', async () => {
  const plan = await site.plan();
  expect(existsSync(join(directory, 'data'))).toBe(false);
  const size = statSync(join(directory, 'garden.mbox')).size;
  expect(plan).toMatchObject({
    archives: {
      garden: {
        files: [{ path: join(directory, 'garden.mbox'), why: 'new', bytes: size }],
        bytes: size,
        gone: [],
      },
    },
    connections: { default: { generation: null, pending: 0, removals: 0, skipped: 0 } },
    lost: 0,
    failures: [],
  });
});

it('tells what has changed and what is pending, and changes not a byte', async () => {
  await site.update({ using: ['ram'], start: '2019' });
  await site.update({ using: ['default'], end: '2019' });
  write('garden.mbox', ['m1', 'm2', 'only-in-garden.mbox', 'new']);
  rmSync(join(directory, 'board'));
  write('board', ['m1']);
  await site.close();
  const before = state();

  site = await openSiteAt(SETTINGS, directory);
  const plan = await site.plan({ remove: true, start: '2020-02' });
  const full = await site.plan({ archives: ['garden'], full: true });
  await site.close();
  expect(state()).toEqual(before);

  expect(plan.archives).toMatchObject({
    garden: { files: [{ why: 'grown' }], gone: [] },
    board: { files: [{ why: 'changed' }] },
  });
  expect(plan.archives['garden']?.bytes).toBeLessThan(statSync(join(directory, 'garden.mbox')).size);
  // The messages are of January 2020: of those that are pending none is within these dates.
  expect(plan.connections).toMatchObject({
    default: { generation: 'g1', pending: 0, skipped: 4 },
    ram: { removals: 0 },
  });
  expect(full.archives).toMatchObject({ garden: { files: [{ why: 'changed' }] } });
  expect(full.archives['board']).toBeUndefined();
  site = await openSiteAt(SETTINGS, directory);
  expect((await site.update({ remove: true })).totals).toMatchObject({
    read: 5,
    indexed: 4,
    duplicates: 1,
  });
});

it('tells what is gone, and what --remove would drop', async () => {
  const folder = { ...SETTINGS, archives: { garden: { paths: ['*.mbox'] } } };
  write('second.mbox', ['s1', 's2']);
  await site.close();
  site = await openSiteAt(folder, directory);
  await site.update();
  rmSync(join(directory, 'second.mbox'));
  expect(await site.plan()).toMatchObject({
    archives: { garden: { files: [], bytes: 0, gone: [join(directory, 'second.mbox')] } },
    lost: 0,
  });
  await site.update();
  expect(await site.plan()).toMatchObject({ archives: { garden: { gone: [] } }, lost: 2 });
});

it('tells what the settings changed, and refuses what an update refuses', async () => {
  await site.update();
  await site.close();
  const renamed = { yard: { paths: ['garden.mbox'] }, board: { paths: ['board'] } };
  site = await openSiteAt({ ...SETTINGS, archives: renamed }, directory);
  const plan = await site.plan();
  expect(plan.settings).toEqual([expect.stringMatching(/^Archive "yard" is the former "garden"/)]);
  expect(plan.archives).toMatchObject({ yard: { files: [] }, board: { files: [] } });
  await site.close();
  const fields = { changeId: { header: 'Change-Id', kind: 'keyword' } } as const;
  site = await openSiteAt({ ...SETTINGS, fields }, directory);
  await expect(site.plan()).rejects.toMatchObject({ code: 'REBUILD_NEEDED' });
});
