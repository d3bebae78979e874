import { closeSync, openSync, readdirSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Level } from '@hayrick/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShort, makeVerifiedSite, type VerifiedSite } from './verified-site.ts';

let site: VerifiedSite;

beforeAll(async () => {
  site = await makeVerifiedSite({ default: { engine: 'memory' } });
}, 60_000);
beforeEach(() => site.restore());
afterAll(() => site?.remove());

/** The piece of the snapshot, as a path. */
function pathOf(piece: string): string {
  const folder = join(site.folder, 'data/indexes/default/g1');
  const snapshot = readdirSync(folder).find((name) => name.startsWith('snapshot-')) ?? '';
  return join(folder, snapshot, piece);
}

async function mended(level: Level, steps: readonly RegExp[]): Promise<readonly string[]> {
  return site.use(async (one) => {
    const report = await one.repair({ level, workers: 1 });
    expect(report.left?.differences, JSON.stringify(report)).toEqual([]);
    expect(report.steps).toHaveLength(steps.length);
    for (const [i, step] of steps.entries()) expect(report.steps[i]).toMatch(step);
    const { hits } = await one.search('*', { limit: 50 });
    expect(hits.map(({ id }) => id).sort()).toEqual(site.ids.toSorted());
    return [...new Set(report.found.differences.map(inShort))].sort();
  });
}

it.each(['documents', 'postings', 'sequences', 'keyword-rows'])('a torn page of the %s', async (piece) => {
  const path = pathOf(piece);
  const descriptor = openSync(path, 'r+');
  writeSync(descriptor, Buffer.alloc(4), 0, 4, statSync(path).size - 5);
  closeSync(descriptor);
  expect(await mended('quick', [/^default: its index is built anew/])).toEqual(['index default']);
});

describe('what somebody wrote into the files of an engine in memory, checksums and all', () => {
  /** Puts another text into the blocks of a piece of the snapshot: length, CRC-32, bytes. */
  function rewrite(piece: string, change: (text: string) => string): void {
    const path = pathOf(piece);
    const folder = join(site.folder, 'data/indexes/default/g1');
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
    rewrite('documents', (text) => {
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
    expect(await mended('quick', [again, /unknown to the catalog/])).toEqual([
      'content default a3',
      'extra default unknown',
      'missing default d1',
      'place default a1',
      'place default a2',
      'place default b1',
    ]);
  });

  it('deep finds keywords', async () => {
    rewrite('keywords', (text) => text.replace('a1@example.org"', 'a0@example.org"'));
    await site.use(async (one) => {
      expect(await one.verify()).toMatchObject({ total: 0 });
    });
    const found = await mended('deep', [/given to the indexes again/]);
    expect(found.filter((one) => one === 'postings default a1')).toHaveLength(1);
  });
});
