import { closeSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import type { Level } from '@hayrick/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShort, makeVerifiedSite, type VerifiedSite } from './verified-site.ts';

let site: VerifiedSite;

beforeAll(async () => {
  site = await makeVerifiedSite({ default: { engine: 'sqlite' }, ram: { engine: 'memory' } });
}, 60_000);
beforeEach(() => site.restore());
afterAll(() => site?.remove());

/** Zeros where a page of the disk was. */
function tear(path: string, from: number, bytes: number): void {
  const descriptor = openSync(join(site.folder, path), 'r+');
  writeSync(descriptor, Buffer.alloc(bytes), 0, bytes, from);
  closeSync(descriptor);
}

/** The page on which a table or an index begins. */
function pageOf(path: string, name: string): number {
  return Number(
    site.ask(
      path,
      `SELECT (rootpage - 1) * (SELECT page_size FROM pragma_page_size) AS n FROM sqlite_schema WHERE name = '${name}'`,
    ),
  );
}

async function mended(
  level: Level,
  using: readonly string[],
  steps: readonly RegExp[],
): Promise<readonly string[]> {
  return site.use(async (one) => {
    const before = await one.repair({ level, using, workers: 1 });
    expect(before.left?.differences, JSON.stringify(before)).toEqual([]);
    expect(before.steps).toHaveLength(steps.length);
    for (const [i, step] of steps.entries()) expect(before.steps[i]).toMatch(step);
    for (const name of ['default', 'ram']) {
      const { hits } = await one.search('*', { using: name, limit: 50 });
      expect(hits.map(({ id }) => id).sort(), name).toEqual(site.ids.toSorted());
    }
    return [...new Set(before.found.differences.map(inShort))].sort();
  });
}

describe('a torn page', () => {
  it('of the rows of an index: it is built anew beside', async () => {
    const path = 'data/indexes/default/g1/index.db';
    tear(path, pageOf(path, 'doc'), 4096);
    expect(await mended('quick', ['default'], [/^default: its index is built anew/])).toEqual([
      'index default',
    ]);
  });

  it('of the words of an index, which only its own check finds', async () => {
    const path = 'data/indexes/default/g1/index.db';
    tear(path, pageOf(path, 'words_data'), 4096);
    const found = await mended('full', ['default'], [/^default: its index is built anew/]);
    expect(found).toEqual(['index default']);
  });

  it('of the catalog: it is made again from the sources with the same ids, and every index with it', async () => {
    tear('data/catalog.db', pageOf('data/catalog.db', 'place'), 8192);
    const found = await mended('full', ['default', 'ram'], [/^the catalog is moved aside/]);
    expect(found).toContain('damage -');
    expect(
      readdirSync(join(site.folder, 'data')).filter((name) => /^catalog\.db\.damaged-\d+$/.test(name)),
    ).toHaveLength(1);
  });

  it('at the beginning of the catalog, so that it cannot even be opened', async () => {
    tear('data/catalog.db', 0, 100);
    expect(await mended('quick', ['default', 'ram'], [/^the catalog is moved aside/])).toEqual(['damage -']);
  });
});

it('a catalog that is lost is made again, and every index with it', async () => {
  for (const name of ['catalog.db', 'catalog.db-wal', 'catalog.db-shm'])
    rmSync(join(site.folder, 'data', name), { force: true });
  const found = await mended('quick', ['default', 'ram'], [/^default: .*anew/, /^ram: .*anew/]);
  expect(found).toEqual(['index default', 'index ram']);
});

it('an index that is not there is built', async () => {
  rmSync(join(site.folder, 'data/indexes/ram'), { recursive: true });
  expect(await mended('quick', ['default', 'ram'], [/^ram: .*anew/])).toEqual(['index ram']);
});
