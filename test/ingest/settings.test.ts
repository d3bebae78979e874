import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SettingsInput, Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

const GARDEN = mbox([
  { id: 'g1@example.org', text: 'scythe', headers: ['Change-Id: Iabc'] },
  { id: 'g2@example.org', text: 'quince' },
  { id: 'both@example.org', text: 'hedgehog' },
]);
const BOARD = mbox([
  { id: 'b1@example.org', text: 'escrow' },
  { id: 'both@example.org', text: 'hedgehog' },
]);
const ARCHIVES = { garden: { paths: ['garden.mbox'] }, board: { paths: ['board.mbox'] } };
const DEFAULT = { engine: 'sqlite' };
const PLAIN: SettingsInput = { archives: ARCHIVES, connections: { default: DEFAULT } };

let directory: string;
let open: Site | null = null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-settings-'));
  writeFileSync(join(directory, 'garden.mbox'), GARDEN);
  writeFileSync(join(directory, 'board.mbox'), BOARD);
});
afterEach(async () => {
  await open?.close();
  open = null;
  rmSync(directory, { recursive: true, force: true });
});

/** The same data under other settings. */
async function under(settings: SettingsInput): Promise<Site> {
  await open?.close();
  open = await openSiteAt({ dataDir: 'data', ...settings }, directory);
  return open;
}

async function ids(site: Site, query = '*', using = 'default'): Promise<string[]> {
  const found: string[] = [];
  for await (const hit of site.stream(query, { using }))
    found.push(hit.messageId.replace('@example.org', ''));
  return found.sort();
}

describe('connections', () => {
  it('a new one is filled from the catalog; nothing is read for those that have all', async () => {
    await (await under(PLAIN)).update();
    const site = await under({ ...PLAIN, connections: { default: DEFAULT, second: DEFAULT } });
    const report = await site.update();
    expect(report.connections).toMatchObject({
      default: { added: 0, updated: 0, documents: 4 },
      second: { added: 4, documents: 4 },
    });
    expect(await ids(site, '*', 'second')).toEqual(['b1', 'both', 'g1', 'g2']);
  });

  it('one that was left out for a while catches up, while the others have nothing to do', async () => {
    const site = await under({ ...PLAIN, connections: { default: DEFAULT, second: DEFAULT } });
    await site.update();
    writeFileSync(join(directory, 'garden.mbox'), GARDEN + mbox([{ id: 'g3@example.org', text: 'tedder' }]));
    await site.update({ using: ['default'] });
    expect(await ids(site, 'tedder', 'second')).toEqual([]);
    const report = await site.update();
    expect(report.connections).toMatchObject({ default: { added: 0, updated: 0 }, second: { added: 1 } });
    expect(await ids(site, 'tedder', 'second')).toEqual(['g3']);
  });

  it('changed `only` and `exclude` add and remove, for that connection alone', async () => {
    const two = (second: SettingsInput['connections'][string]): SettingsInput => ({
      ...PLAIN,
      connections: { default: DEFAULT, second },
    });
    let site = await under(two({ ...DEFAULT, only: ['garden'] }));
    await site.update();
    expect(await ids(site, '*', 'second')).toEqual(['both', 'g1', 'g2']);
    site = await under(two({ ...DEFAULT, exclude: ['garden'] }));
    await site.update();
    expect(await ids(site, '*', 'second')).toEqual(['b1', 'both']);
    expect((await site.search('hedgehog', { using: 'second' })).hits[0]?.archives).toEqual([
      'board',
      'garden',
    ]);
    site = await under(two(DEFAULT));
    await site.update();
    expect(await ids(site, '*', 'second')).toEqual(['b1', 'both', 'g1', 'g2']);
    expect(await ids(site)).toEqual(['b1', 'both', 'g1', 'g2']);
  });
});

describe('archives', () => {
  const ONE: SettingsInput = { ...PLAIN, archives: { board: ARCHIVES.board } };

  it('one that is gone from the settings is readable by nobody at once, and leaves with --remove', async () => {
    await (await under(PLAIN)).update();
    const site = await under(ONE);
    expect(await ids(site)).toEqual(['b1', 'both']);
    await expect(site.show('g1@example.org')).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' });
    await site.update();
    expect((await site.info())[0]?.documents).toBe(4);
    const report = await site.update({ remove: true });
    expect(report.totals).toMatchObject({ read: 2, removed: 2 });
    expect((await site.info())[0]?.documents).toBe(2);
    expect(await ids(await under(PLAIN))).toEqual(['b1', 'both']);
  });

  it('a rebuild takes in the archives of the settings, and misses no source of another', async () => {
    await (await under(PLAIN)).update();
    rmSync(join(directory, 'garden.mbox'));
    const site = await under(ONE);
    const report = await site.rebuild();
    expect(report.problems).toEqual([]);
    expect((await site.info())[0]?.documents).toBe(2);
    expect(await ids(site)).toEqual(['b1', 'both']);
  });

  it('whose path changed keeps what is found there, and loses the rest', async () => {
    await (await under(PLAIN)).update();
    writeFileSync(join(directory, 'other.mbox'), mbox([{ id: 'g2@example.org', text: 'quince' }]));
    const site = await under({
      ...PLAIN,
      archives: { ...ARCHIVES, garden: { paths: ['other.mbox'] } },
    });
    await site.update();
    expect(await ids(site, 'list:garden')).toEqual(['both', 'g1', 'g2']);
    const report = await site.update({ remove: true });
    expect(report.totals).toMatchObject({ read: 3, removed: 1 });
    expect(await ids(site, 'list:garden')).toEqual(['g2']);
    expect(await ids(site)).toEqual(['b1', 'both', 'g2']);
  });

  it('whose disk is not mounted loses nothing, whatever is asked', async () => {
    mkdirSync(join(directory, 'disk'));
    writeFileSync(join(directory, 'disk/garden.mbox'), GARDEN);
    const site = await under({ ...PLAIN, archives: { ...ARCHIVES, garden: { paths: ['disk'] } } });
    await site.update();
    renameSync(join(directory, 'disk'), join(directory, 'away'));
    for (const left of ['nothing', 'an empty folder']) {
      if (left === 'an empty folder') mkdirSync(join(directory, 'disk'));
      const report = await site.update({ remove: true });
      expect(report.problems).toMatchObject([{ archive: 'garden' }]);
      expect(report.totals).toMatchObject({ read: 5, removed: 0 });
      await expect(site.rebuild()).rejects.toMatchObject({
        code: 'SOURCE_MISSING',
        message: /3 indexed messages of archive "garden"/,
      });
      expect(await ids(site)).toEqual(['b1', 'both', 'g1', 'g2']);
    }
    rmSync(join(directory, 'disk'), { recursive: true });
    renameSync(join(directory, 'away'), join(directory, 'disk'));
    expect((await site.rebuild()).totals).toMatchObject({ read: 5, indexed: 4 });
  });
});

describe('an archive under a new name', () => {
  const named = (garden: string, more: object = {}): SettingsInput => ({
    ...PLAIN,
    archives: { [garden]: { ...ARCHIVES.garden, ...more }, board: ARCHIVES.board },
  });

  it('with the same sources keeps its messages; nothing is read but to be indexed', async () => {
    let site = await under(PLAIN);
    await site.update();
    const before = (await site.search('*')).hits.map((hit) => hit.id);
    site = await under(named('yard'));
    expect(await ids(site)).toEqual(['b1', 'both']);
    const report = await site.update({ workers: 1 });
    expect(report.settings).toEqual([
      'Archive "yard" is the former "garden", with the same sources: nothing is read again, its 3 messages are put into the indexes under the new name.',
    ]);
    // Each message once, for its document.
    expect(report.reads.messagesParsed).toBe(3);
    expect(report.connections['default']).toMatchObject({ added: 0, updated: 3, removed: 0, documents: 4 });
    expect(report.archives).toMatchObject({ yard: { read: 3, quarantined: 0 }, board: { read: 2 } });
    expect(await ids(site, 'list:yard')).toEqual(['both', 'g1', 'g2']);
    expect((await site.search('*')).hits.map((hit) => hit.id)).toEqual(before);
    expect((await site.show('g1@example.org'))[0]?.archives).toEqual(['yard']);
    const again = await site.update();
    expect(again).toMatchObject({ settings: [], totals: { indexed: 0 } });
    expect((await site.update({ remove: true })).totals).toMatchObject({ removed: 0, read: 5 });
  });

  it('keeps what a connection takes', async () => {
    const connections = { default: DEFAULT, second: { ...DEFAULT, exclude: ['board'] } };
    await (await under({ ...PLAIN, connections })).update();
    const site = await under({ ...named('yard'), connections });
    expect((await site.update()).settings).toHaveLength(1);
    expect(await ids(site, '*', 'second')).toEqual(['both', 'g1', 'g2']);
  });

  const OTHERS: readonly (readonly [string, SettingsInput])[] = [
    ['other paths', { ...PLAIN, archives: { yard: { paths: ['*.mbox'] }, board: ARCHIVES.board } }],
    ['another kind', named('yard', { kind: 'mbox' })],
    [
      'a twin',
      { ...PLAIN, archives: { yard: ARCHIVES.garden, twin: ARCHIVES.garden, board: ARCHIVES.board } },
    ],
  ];
  it.each(OTHERS)('with %s is another archive', async (_, settings) => {
    await (await under(PLAIN)).update();
    const site = await under(settings);
    expect((await site.update()).settings).toEqual([
      'Archive "garden" is no longer in the settings, so nobody can read it: its 3 messages are taken out of the indexes by update_index --remove.',
    ]);
    await site.update({ remove: true });
    expect(await ids(site, 'list:yard')).toEqual(expect.arrayContaining(['both', 'g1', 'g2']));
    expect((await site.update()).settings).toEqual([]);
  });
});

describe('every run says what it found changed', () => {
  it('of paths, archives and connections', async () => {
    const second = { ...DEFAULT, only: ['board'] };
    await (await under({ ...PLAIN, connections: { default: DEFAULT, second } })).update();
    writeFileSync(join(directory, 'other.mbox'), mbox([{ id: 'o1@example.org' }]));
    let site = await under({
      archives: { garden: { paths: ['garden.mbox', 'other.mbox'] }, board: ARCHIVES.board },
      connections: { default: DEFAULT, second: { ...DEFAULT, only: ['garden'] } },
    });
    expect((await site.update()).settings).toEqual([
      'Archive "garden" has other paths than before: what came from elsewhere leaves the indexes with update_index --remove.',
      'Connection "second" takes archive "garden" now: its 3 messages are added.',
      'Connection "second" no longer takes archive "board": its 2 messages are removed.',
    ]);
    expect((await site.update()).settings).toEqual([]);
    expect(await ids(site, '*', 'second')).toEqual(['both', 'g1', 'g2', 'o1']);
    site = await under({
      archives: { board: ARCHIVES.board },
      connections: { default: DEFAULT, second: DEFAULT },
    });
    const gone =
      /^Archive "garden" is no longer in the settings, so nobody can read it: its 4 messages are taken out/;
    expect((await site.update()).settings).toEqual([
      expect.stringMatching(gone),
      'Connection "second" takes archive "board" now: its 2 messages are added.',
    ]);
    // As long as it is there.
    expect((await site.update()).settings).toEqual([expect.stringMatching(/by update_index --remove\.$/)]);
    expect((await site.update({ remove: true })).settings).toEqual([
      expect.stringMatching(/taken out of the indexes\.$/),
    ]);
    expect((await site.update()).settings).toEqual([]);
  });

  it('an archive whose sources went before it did leaves with --remove too', async () => {
    await (await under(PLAIN)).update();
    rmSync(join(directory, 'garden.mbox'));
    mkdirSync(join(directory, 'empty'));
    writeFileSync(join(directory, 'empty/other.mbox'), '');
    const site = await under({ ...PLAIN, archives: { garden: { paths: ['empty'] }, board: ARCHIVES.board } });
    await site.update();
    const rest = await under({ ...PLAIN, archives: { board: ARCHIVES.board } });
    expect((await rest.update({ remove: true })).totals).toMatchObject({ removed: 2 });
    expect((await rest.info())[0]?.documents).toBe(2);
  });
});

describe('declared fields', () => {
  const WITH: SettingsInput = { ...PLAIN, fields: { changeId: { header: 'Change-Id', kind: 'keyword' } } };
  const refused = { code: 'REBUILD_NEEDED', message: /Run rebuild_index -u default/ };

  it('a new one needs a rebuild to be asked for and to go on; the rest answers', async () => {
    await (await under(PLAIN)).update();
    const site = await under(WITH);
    await expect(site.update()).rejects.toMatchObject(refused);
    await expect(site.search('changeId:Iabc')).rejects.toMatchObject(refused);
    expect(await ids(site, 'scythe')).toEqual(['g1']);
    expect((await site.info())[0]?.rebuildNeeded).toMatch(/no field changeId/);
    const report = await site.rebuild();
    expect(report).toMatchObject({ problems: [], totals: { read: 5, indexed: 4, duplicates: 1 } });
    expect(report.settings).toEqual([expect.stringMatching(/^The headers of declared fields have changed/)]);
    expect(await ids(site, 'changeId:Iabc')).toEqual(['g1']);
    expect(await ids(site)).toEqual(['b1', 'both', 'g1', 'g2']);
    expect(await site.show('g1@example.org')).toHaveLength(1);
    expect((await site.update()).totals).toMatchObject({ read: 5, indexed: 0, bytes: 0 });
  });
});

describe('the catalog', () => {
  it('that is lost is made again with the same ids, by a rebuild and by nothing less', async () => {
    let site = await under(PLAIN);
    await site.update();
    const before = (await site.search('*')).hits.map((hit) => hit.id);
    await site.close();
    open = null;
    for (const end of ['', '-wal', '-shm']) rmSync(join(directory, `data/catalog.db${end}`), { force: true });
    site = await under(PLAIN);
    await expect(site.update()).rejects.toMatchObject({ code: 'REBUILD_NEEDED', message: /another catalog/ });
    expect((await site.info())[0]?.rebuildNeeded).toMatch(/another catalog/);
    await site.rebuild();
    expect((await site.search('*')).hits.map((hit) => hit.id)).toEqual(before);
    expect((await site.update()).totals).toMatchObject({ indexed: 0, bytes: 0 });
  });
});

describe('generations', () => {
  const names = async (site: Site) => (await site.info())[0]?.generations.map((g) => `${g.name} ${g.state}`);

  it('--keep says how many older ones stay; one that was not swapped in is no exception', async () => {
    const site = await under(PLAIN);
    await site.update();
    await site.rebuild();
    expect(await names(site)).toEqual(['g1 kept', 'g2 live']);
    await site.rebuild({ commit: false });
    expect(await names(site)).toEqual(['g1 kept', 'g2 live', 'g3 kept']);
    await site.rebuild({ keep: 2 });
    expect(await names(site)).toEqual(['g2 kept', 'g3 kept', 'g4 live']);
    await site.rebuild({ keep: 0 });
    expect(await names(site)).toEqual(['g5 live']);
    expect(await ids(site)).toEqual(['b1', 'both', 'g1', 'g2']);
  });

  it('a connection called log is one like others', async () => {
    const site = await under({ ...PLAIN, connections: { default: DEFAULT, log: DEFAULT } });
    expect((await site.update()).connections).toMatchObject({ log: { documents: 4 } });
  });
});
