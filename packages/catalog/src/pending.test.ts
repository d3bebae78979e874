import { afterEach, beforeEach, expect, it } from 'vitest';
import { addFile, idOf, log, openRig, type Rig, record, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
  const a = await addFile(rig.catalog, 'a', '/a.mbox');
  const b = await addFile(rig.catalog, 'b', '/b.mbox');
  await record(
    rig.catalog,
    a,
    ['m1', 'm2', 'm3'].map((name, i) => scanned(name, i * 100, { received: 1_000 * (i + 1) })),
  );
  await record(rig.catalog, b, [
    scanned('m4', 0, { received: 4_000 }),
    scanned('m1', 100, { received: 1_000 }),
  ]);
});
afterEach(() => rig.remove());

it('what is pending is counted by arrival, and by what is to be done', async () => {
  const pending = (after: number, from: number | null, to: number | null) =>
    rig.catalog.pending(after, { from, to });
  expect(await rig.catalog.pending(0, null)).toEqual({ puts: 4, removals: 0, skipped: 0 });
  expect(await pending(0, 2_000, 3_000)).toEqual({ puts: 2, removals: 0, skipped: 2 });
  expect(await pending(0, 2_001, null)).toEqual({ puts: 2, removals: 0, skipped: 2 });
  expect(await pending(3, null, 3_999)).toEqual({ puts: 1, removals: 0, skipped: 1 });
  await rig.catalog.loseFiles([1]);
  expect(await rig.catalog.countLost(['a', 'b'])).toBe(3);
  expect(await rig.catalog.pending(0, null)).toEqual({ puts: 4, removals: 0, skipped: 0 });
  await rig.catalog.dropLost(['a']);
  expect(await rig.catalog.countLost(['a', 'b'])).toBe(0);
  expect(await pending(0, 4_000, null)).toEqual({ puts: 1, removals: 2, skipped: 1 });
});

it('what is postponed stays pending behind the log, in its order; removals stay where they are', async () => {
  await rig.catalog.loseFiles([1]);
  await rig.catalog.dropLost(['a']);
  const head = await rig.catalog.head();
  expect(await log(rig.catalog)).toEqual(['+m4 b', '+m1 b', '-m2', '-m3']);
  expect(await rig.catalog.postpone(0, { from: 4_000, to: null })).toEqual(new Map([['b', 1]]));
  expect(await log(rig.catalog)).toEqual(['+m4 b', '-m2', '-m3', '+m1 b']);
  expect(await log(rig.catalog, head)).toEqual(['+m1 b']);
  expect(await rig.catalog.postpone(await rig.catalog.head(), { from: 4_000, to: null })).toEqual(new Map());
});

it('what is in quarantine is postponed and not counted', async () => {
  await rig.catalog.quarantinePlace(1, { offset: 100, length: 100, reason: 'the program died of it' });
  expect(await rig.catalog.postpone(0, { from: null, to: 2_000 })).toEqual(
    new Map([
      ['a', 1],
      ['b', 1],
    ]),
  );
  expect(await rig.catalog.postpone(0, { from: 3_000, to: null })).toEqual(new Map([['a', 1]]));
});

it('an archive is renamed with all that is known of it', async () => {
  await rig.catalog.loseFiles([1]);
  const look = { device: 1n, inode: 2n, size: 3, mtimeNs: 4n, lookedAt: 5, said: 'text' };
  await rig.catalog.putLooks('a', [{ path: '/README', ...look }]);
  expect(await rig.catalog.archives()).toEqual(['a', 'b']);
  const head = await rig.catalog.head();
  expect(await rig.catalog.renameArchive('a', 'c')).toBe(3);
  expect(await rig.catalog.archives()).toEqual(['b', 'c']);
  expect((await log(rig.catalog, head)).sort()).toEqual(['+m1 b,c', '?m2 c', '?m3 c']);
  expect(await rig.catalog.look('c', '/README')).toEqual({ path: '/README', ...look });
  expect((await rig.catalog.messages([idOf('m2')]))[0]?.archives).toEqual(['c']);
});

it('looks and folders are remembered until they are forgotten', async () => {
  const look = {
    device: 1n,
    inode: 2n ** 62n,
    size: 3,
    mtimeNs: 1_700_000_000_123_456_789n,
    lookedAt: 5,
    said: 'text',
  };
  const paths = ['/1', '/2', '/3'];
  await rig.catalog.putLooks(
    'a',
    paths.map((path) => ({ path, ...look })),
  );
  await rig.catalog.putLooks('b', [{ path: '/1', ...look, said: 'other' }]);
  expect(await rig.catalog.countLooks('a')).toBe(3);
  expect(await rig.catalog.looksAfter('a', '/1', 10)).toEqual(['/2', '/3']);
  await rig.catalog.dropLooks('a', ['/2']);
  expect(await rig.catalog.look('a', '/2')).toBe(null);
  expect(await rig.catalog.look('a', '/3')).toEqual({ path: '/3', ...look });
  await rig.catalog.forgetLooks('a');
  expect(await rig.catalog.countLooks('a')).toBe(0);
  expect((await rig.catalog.look('b', '/1'))?.said).toBe('other');

  const { key } = await rig.catalog.source('a', 'maildir', '/md');
  const stamp = { device: 1n, inode: 2n, mtimeNs: 3n, lookedAt: 4 };
  await rig.catalog.putFolders(key, [
    { name: 'cur', ...stamp },
    { name: 'new', ...stamp },
  ]);
  await rig.catalog.putFolders(key, [{ name: 'cur', ...stamp, mtimeNs: 9n }]);
  expect(await rig.catalog.folders(key)).toEqual([
    { name: 'cur', ...stamp, mtimeNs: 9n },
    { name: 'new', ...stamp },
  ]);
  await rig.catalog.loseSource(key);
  expect(await rig.catalog.folders(key)).toEqual([]);
});

it('opened for reading it takes nothing, and a missing one is empty', async () => {
  const { openCatalog } = await import('./index.ts');
  const reading = await openCatalog({ path: rig.path, now: () => 0, readOnly: true });
  expect(await log(reading)).toEqual(await log(rig.catalog));
  await expect(reading.setNote('a', 'b')).rejects.toMatchObject({ code: 'ENGINE_FAILED' });
  await reading.close();
  const missing = await openCatalog({ path: `${rig.path}/missing/catalog.db`, now: () => 0, readOnly: true });
  expect(await missing.head()).toBe(0);
  expect(await missing.sources()).toEqual([]);
  await missing.close();
});
