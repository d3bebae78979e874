import {
  closeSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
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

  it.each(['documents', 'postings', 'sequences', 'keyword-rows'])(
    'of the %s of an engine in memory',
    async (piece) => {
      const folder = join(site.folder, 'data/indexes/ram/g1');
      const snapshot = readdirSync(folder).find((name) => name.startsWith('snapshot-')) ?? '';
      const path = `data/indexes/ram/g1/${snapshot}/${piece}`;
      tear(path, statSync(join(site.folder, path)).size - 5, 4);
      expect(await mended('quick', ['ram'], [/^ram: its index is built anew/])).toEqual(['index ram']);
    },
  );
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

describe('what somebody wrote into the files of an engine in memory, checksums and all', () => {
  /** Puts another text into the blocks of a piece of the snapshot: length, CRC-32, bytes. */
  async function rewrite(piece: string, change: (text: string) => string): Promise<void> {
    const { crc32 } = await import('node:zlib');
    const folder = join(site.folder, 'data/indexes/ram/g1');
    const snapshot = readdirSync(folder).find((name) => name.startsWith('snapshot-')) ?? '';
    const path = join(folder, snapshot, piece);
    const bytes = readFileSync(path);
    const blocks: Buffer[] = [];
    for (let at = 0; at < bytes.length; ) {
      const length = bytes.readUInt32LE(at);
      const block = Buffer.from(change(bytes.toString('utf8', at + 8, at + 8 + length)));
      const head = Buffer.alloc(8);
      head.writeUInt32LE(block.length, 0);
      head.writeUInt32LE(crc32(block), 4);
      blocks.push(head, block);
      at += 8 + length;
    }
    writeFileSync(path, Buffer.concat(blocks));
    const file = JSON.parse(readFileSync(join(folder, 'generation.json'), 'utf8'));
    file.snapshot.pieces[piece] = statSync(path).size;
    writeFileSync(join(folder, 'generation.json'), JSON.stringify(file));
  }

  interface Block {
    readonly ids: string[];
    readonly dates: number[];
    readonly sizes: number[];
    readonly digests: number[];
    readonly scopeOf: number[];
  }

  it('quick finds documents, dates, sizes, archives and digests', async () => {
    await rewrite('documents', (text) => {
      const block = JSON.parse(text) as Block;
      const at = (mid: string): number => block.ids.indexOf(site.idOf(mid));
      block.dates[at('a1')] = 5;
      block.sizes[at('a2')] = 5;
      block.digests[at('a3')] = 5;
      block.scopeOf[at('b1')] = block.scopeOf[at('c1')] ?? 0;
      block.ids[at('d1')] = '0'.repeat(31).concat('1');
      return JSON.stringify(block);
    });
    const again = /^5 messages are given to the indexes again/;
    expect(await mended('quick', ['ram'], [again, /unknown to the catalog/])).toEqual([
      'content ram a3',
      'extra ram unknown',
      'missing ram d1',
      'place ram a1',
      'place ram a2',
      'place ram b1',
    ]);
  });

  it('deep finds keywords', async () => {
    await rewrite('keywords', (text) => text.replace('a1@example.org"', 'a0@example.org"'));
    await site.use(async (one) => {
      expect(await one.verify({ using: ['ram'] })).toMatchObject({ total: 0 });
    });
    const found = await mended('deep', ['ram'], [/given to the indexes again/]);
    expect(found.filter((one) => one === 'postings ram a1')).toHaveLength(1);
  });
});
