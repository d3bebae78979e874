import { appendFileSync, existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { allFixtures, type Unpacked, unpack } from './unpack.ts';

const FIXTURES = allFixtures();
const newest = (part: 'catalog' | 'sqlite' | 'memory'): number =>
  Math.max(...FIXTURES.map((fixture) => fixture[part]));
/** Of what is written today, as the first test makes sure. */
const TODAY = { catalog: newest('catalog'), sqlite: newest('sqlite'), memory: newest('memory') };
/** Messages of a fixture, one of which has vanished from its source. */
const MESSAGES = 9;

let unpacked: Unpacked;
let site: Site;
let log: string[];

async function begin(fixture: (typeof FIXTURES)[number]): Promise<void> {
  unpacked = unpack(fixture);
  log = [];
  await reopen();
}

async function end(): Promise<void> {
  await site.close();
  unpacked.remove();
}

async function reopen(): Promise<void> {
  const settings = JSON.parse(readFileSync(join(unpacked.folder, 'settings.json'), 'utf8'));
  site = await openSiteAt(settings, unpacked.folder, { log: (line) => log.push(line) });
}

const at = (name: string): string => join(unpacked.folder, 'data', name);

/** A fact of a catalog's file, as another program reads it. */
function ask(path: string, sql: string): unknown {
  const db = new DatabaseSync(path, { readOnly: true });
  try {
    return Object.values(db.prepare(sql).get() ?? {})[0];
  } finally {
    db.close();
  }
}

/** What was found when the fixture was made is found, and shown. */
async function expectFound(using: string): Promise<void> {
  for (const [query, ids] of Object.entries(unpacked.found[using] ?? {})) {
    const { hits } = await site.search(query, { using, sort: 'oldest', limit: 100 });
    expect([query, hits.map(({ id, archives }) => `${id} ${archives.join()}`)]).toEqual([query, ids]);
  }
  const { hits } = await site.search('whetstone', { using });
  expect(hits[0]?.snippet?.map(({ text }) => text).join('')).toContain('A scythe and a whetstone.');
  const [shown] = await site.show('m8@example.org');
  expect(JSON.stringify(shown)).toContain('Of the scythe.');
}

/** The same ids as when the fixture was made, but for what has vanished, which a rebuild drops. */
async function expectBuilt(using: string): Promise<void> {
  const { hits } = await site.search('*', { using, sort: 'oldest', limit: 100 });
  const ids = hits.map(({ id, archives }) => `${id} ${archives.join()}`);
  expect(unpacked.found[using]?.['*']).toEqual(expect.arrayContaining(ids));
  expect(ids).toHaveLength(MESSAGES - 1);
}

async function expectWhole(): Promise<void> {
  const { differences } = await site.verify({ level: 'full' });
  expect(differences).toEqual([]);
}

it('there is a fixture of what is written today', async () => {
  expect(FIXTURES).toContainEqual(expect.objectContaining(TODAY));
  await begin({ name: 'catalog-4.sqlite-3.memory-2.br', ...TODAY });
  await site.close();
  rmSync(at('.'), { recursive: true });
  await reopen();
  await site.update();
  await site.close();
  const { format } = JSON.parse(readFileSync(at('indexes/ram/g1/generation.json'), 'utf8'));
  expect({
    catalog: ask(at('catalog.db'), 'PRAGMA user_version'),
    sqlite: ask(at('indexes/default/g1/index.db'), 'PRAGMA user_version'),
    memory: format,
  }).toEqual(TODAY);
  unpacked.remove();
});

describe.each(FIXTURES.filter((one) => one.sqlite === TODAY.sqlite && one.memory === TODAY.memory))(
  '$name',
  (fixture) => {
    beforeEach(() => begin(fixture));
    afterEach(end);

    it.each(['default', 'ram'])('answers as it did, on %s', (using) => expectFound(using));

    it('goes on with what arrives', async () => {
      const before = await site.update();
      expect(before.totals).toMatchObject({ read: 10, indexed: 0, quarantined: 0, removed: 0 });
      expect(before.settings).toEqual([]);
      const text = 'A late hedgehog.';
      appendFileSync(join(unpacked.folder, 'mail/garden.mbox'), mbox([{ id: 'late@example.org', text }]));
      const { totals, connections } = await site.update({ remove: true });
      expect(totals).toMatchObject({ indexed: 1, removed: 2 });
      expect(connections).toMatchObject({
        default: { documents: MESSAGES, generation: 'g1' },
        ram: { documents: MESSAGES, generation: 'g1' },
      });
      for (const using of ['default', 'ram']) {
        expect((await site.count('hedgehog', { using })).count).toBe(1);
        expect((await site.count('scythe', { using })).count).toBe(3);
      }
      await expectWhole();
    });

    it('gives the same when it is built anew', async () => {
      await site.update({ remove: true });
      const before = await site.search('*', { sort: 'oldest', limit: 100, highlight: false });
      await site.rebuild();
      const after = await site.search('*', { sort: 'oldest', limit: 100, highlight: false });
      expect(after.hits.map(({ id }) => id)).toEqual(before.hits.map(({ id }) => id));
      await expectWhole();
    });
  },
);

describe.each(FIXTURES.filter((one) => one.catalog < TODAY.catalog))('$name, its catalog', (fixture) => {
  beforeEach(() => begin(fixture));
  afterEach(end);
  const backup = () => at(`catalog.db.v${fixture.catalog}-backup`);
  const COUNTS =
    "SELECT (SELECT count(*) FROM message) || ' ' || (SELECT count(*) FROM place) || ' ' || (SELECT value FROM meta WHERE name = 'site')";

  it("is brought to today's format once, kept as it was, and this is said", async () => {
    const counts = ask(at('catalog.db'), COUNTS);
    await site.info();
    expect(log).toEqual([
      `The catalog ${at('catalog.db')} had the format ${fixture.catalog} of an older Hayrick and was brought to ${TODAY.catalog}. As it was it is kept as ${backup()}: delete that when you are sure.`,
    ]);
    expect(ask(at('catalog.db'), 'PRAGMA user_version')).toBe(TODAY.catalog);
    expect(ask(at('catalog.db'), COUNTS)).toBe(counts);
    expect(ask(backup(), 'PRAGMA user_version')).toBe(fixture.catalog);
    expect(ask(backup(), COUNTS)).toBe(counts);
    expect(ask(backup(), 'PRAGMA integrity_check')).toBe('ok');
    await site.close();
    await reopen();
    await site.info();
    expect(log).toHaveLength(1);
  });

  it('is not brought there by what may not write', async () => {
    await expect(site.plan()).rejects.toMatchObject({
      code: 'CATALOG_TOO_OLD',
      message: /nothing may be written here\. Run index_info/,
    });
    expect(ask(at('catalog.db'), 'PRAGMA user_version')).toBe(fixture.catalog);
    expect(existsSync(backup())).toBe(false);
  });
});

describe.each(FIXTURES.filter((one) => one.sqlite < TODAY.sqlite))('$name, its indexes', (fixture) => {
  beforeEach(() => begin(fixture));
  afterEach(end);
  const OLDER = /was written by an older Hayrick \(its format is \d, this one knows \d\)\. Run rebuild_index/;
  const refusal = { code: 'REBUILD_NEEDED', message: OLDER };

  it.each(['default', 'ram'])('are neither read nor written, on %s, and this is said', async (using) => {
    await expect(site.search('scythe', { using })).rejects.toMatchObject(refusal);
    await expect(site.update({ using: [using] })).rejects.toMatchObject(refusal);
    const [info] = await site.info({ using: [using] });
    expect(info?.rebuildNeeded).toMatch(/run rebuild_index -u/);
    expect(info?.generations).toMatchObject([{ name: 'g1', state: 'live', notes: [OLDER] }]);
    const { differences } = await site.verify({ using: [using] });
    expect(differences).toMatchObject([{ what: 'index', connection: using, detail: OLDER }]);
  });

  it('are built anew beside, with the same ids; the older ones are kept, and not gone back to', async () => {
    await site.rebuild();
    for (const using of ['default', 'ram']) {
      await expectBuilt(using);
      const [info] = await site.info({ using: [using] });
      expect(info?.generations).toMatchObject([
        { name: 'g1', state: 'kept', notes: [OLDER] },
        { name: 'g2', state: 'live' },
      ]);
      await expect(site.rollback({ using: [using] })).rejects.toMatchObject({ code: 'REBUILD_NEEDED' });
    }
    await expectWhole();
    await site.rebuild();
    expect((await site.info())[0]?.generations.map(({ name }) => name)).toEqual(['g2', 'g3']);
  });

  it('are what repairing replaces', async () => {
    await site.repair();
    await expectBuilt('default');
    await expectBuilt('ram');
    await expectWhole();
  });
});
