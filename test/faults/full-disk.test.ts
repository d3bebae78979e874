import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { openCatalog } from '@hayrick/catalog';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Ended, hayrick } from '../e2e/command.ts';
import { mountSmallDisk } from '../small-disk.ts';
import { AFTER, BEFORE, findings, type Mail, makeMail } from './archive.ts';

const MIB = 1024 * 1024;
const disk = mountSmallDisk(64 * MIB, 'what happens when the disk is full');

let mail: Mail;
beforeAll(() => {
  mail = makeMail();
});
afterAll(() => {
  mail.remove();
  disk?.remove();
});

function bytesBelow(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).reduce(
    (sum, name) => sum + statSync(join(folder, name)).size,
    0,
  );
}

const REBUILD = ['rebuild_index', '--noinput', '-v', '0'];

function expectFull(ended: Ended): void {
  expect(ended.stderr).toMatch(/No room left to write .*Free some space and run the command again/);
  expect(ended.stderr).not.toContain('    at ');
  expect(ended.status).toBe(3);
}

describe.skipIf(disk === null)('on a full disk', () => {
  it('a rebuild ends with 3, the old index answers, and with room the next run completes', async () => {
    const data = join(disk?.path ?? '', 'data');
    const folder = mail.site(data);
    expect(await hayrick(['update_index'], { cwd: folder })).toMatchObject({ status: 0 });
    const before = await findings(folder);
    expect(before.ids).toHaveLength(BEFORE - 1);
    mail.grow();
    const used = bytesBelow(data);
    // Room for what the catalog has to add, then for ever more of the new index.
    let full = 0;
    for (const spare of [0.2, 1, 2.5, 4]) {
      disk?.resize(Math.ceil(used + spare * MIB));
      const ended = await hayrick(REBUILD, { cwd: folder });
      if (ended.status === 0) break;
      expectFull(ended);
      full++;
      expect((await hayrick(['count'], { cwd: folder })).stdout).toBe(`${BEFORE - 1}\n`);
      expect(readdirSync(join(data, 'indexes/default')).sort()).toEqual(['CURRENT', 'LAST', 'g1']);
      expect(readdirSync(join(data, 'locks'))).toEqual([]);
    }
    expect(full).toBeGreaterThanOrEqual(2);
    disk?.resize(64 * MIB);
    const completed = await hayrick([...REBUILD, '--format', 'json'], { cwd: folder });
    expect(completed).toMatchObject({ status: 0, stderr: '' });
    expect(JSON.parse(completed.stdout)).toMatchObject({ totals: { read: AFTER, indexed: AFTER - 1 } });
    const elsewhere = mail.site();
    expect(await hayrick(['update_index'], { cwd: elsewhere })).toMatchObject({ status: 0 });
    expect(await findings(folder)).toEqual(await findings(elsewhere));
  });

  it('the catalog refuses a batch whole and keeps what it had', async () => {
    const path = join(disk?.path ?? '', 'small/catalog.db');
    const catalog = await openCatalog({ path, now: () => 0 });
    const source = await catalog.source('a', 'mbox', '/a.mbox');
    const file = { name: '', size: 1, mtimeNs: 0n, inode: 1n, device: 1n, tail: '', lookedAt: 0 };
    const [key = 0] = await catalog.putFiles(source.key, [{ ...file, compression: 'none' }], {
      restart: false,
    });
    const batch = (from: number) => ({
      file: key,
      readTo: from,
      quarantine: [],
      messages: Array.from({ length: 1000 }, (_, i) => ({
        identity: {
          id: (from + i).toString(16).padStart(32, '0'),
          messageId: `${from + i}@example.org`,
          subject: 'a subject of some length '.repeat(20),
          from: [],
          dateHeader: 0,
          receivedHeader: null,
          references: [],
          filenames: [],
          problems: [],
        },
        offset: from + i,
        length: 1,
        size: 1,
        received: 0,
      })),
    });
    await catalog.record([batch(0)]);
    disk?.resize(bytesBelow(disk.path) + 64 * 1024);
    await expect(catalog.record([batch(1000)])).rejects.toMatchObject({ code: 'DISK_FULL' });
    expect(await catalog.head()).toBe(1000);
    disk?.resize(64 * MIB);
    expect(await catalog.record([batch(1000)])).toMatchObject({ added: 1000 });
    expect(await catalog.head()).toBe(2000);
    await catalog.close();
  });
});
