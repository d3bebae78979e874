import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFile, countsOf, found, idOf, log, openRig, type Rig, record, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

describe('a file that is gone', () => {
  it('leaves messages that other archives hold, with the archives that still do once it is dropped', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [scanned('m1', 0), scanned('m2', 100)]);
    await record(rig.catalog, b, [scanned('m1', 0)]);
    const head = await rig.catalog.head();
    await rig.catalog.loseFiles([a]);
    expect(await log(rig.catalog, head)).toEqual([]);
    expect(await rig.catalog.dropLost(['b'])).toBe(0);
    expect(await rig.catalog.dropLost(['a'])).toBe(2);
    expect((await log(rig.catalog, head)).sort()).toEqual(['+m1 b', '-m2']);
    expect(await rig.catalog.files(1, null, 10)).toEqual([]);
    expect((await rig.catalog.filesToRead(0, 10)).map((f) => f.key)).toEqual([b]);
  });

  it('that comes back logs its messages again: who asked meanwhile was given none', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, a, [scanned('m1', 0)]);
    await rig.catalog.loseFiles([a]);
    expect(await log(rig.catalog)).toEqual(['?m1 a']);
    const head = await rig.catalog.head();
    const back = await addFile(rig.catalog, 'a', '/elsewhere.mbox');
    expect(await record(rig.catalog, back, [scanned('m1', 40)])).toMatchObject({ added: 0, unchanged: 1 });
    expect(await log(rig.catalog, head)).toEqual(['+m1 a']);
    expect(await rig.catalog.dropLost(['a'])).toBe(0);
  });

  it('that comes back after it was dropped is new again', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, a, [scanned('m1', 0)]);
    await rig.catalog.loseFiles([a]);
    await rig.catalog.dropLost(['a']);
    expect(await log(rig.catalog)).toEqual(['-m1']);
    expect(
      await record(rig.catalog, await addFile(rig.catalog, 'a', '/a.mbox'), [scanned('m1', 0)]),
    ).toMatchObject({ added: 1 });
    expect(await log(rig.catalog)).toEqual(['+m1 a']);
    expect((await rig.catalog.messages([idOf('m1')])).length).toBe(1);
  });

  it('gives its number to no other archive', async () => {
    const first = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, first, [scanned('m1', 0)]);
    expect(await log(rig.catalog)).toEqual(['+m1 a']);
    await rig.catalog.loseFiles([first]);
    const second = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, second, [scanned('m2', 0)]);
    expect((await log(rig.catalog)).at(-1)).toBe('+m2 b');
  });

  it('is renamed without a trace in the log', async () => {
    const { key } = await rig.catalog.source('a', 'maildir', '/md');
    const [file = 0] = await rig.catalog.putFiles(key, [found('new/1.a')], { restart: false });
    await record(rig.catalog, file, [scanned('m1', 0)]);
    const head = await rig.catalog.head();
    await rig.catalog.moveFile(file, key, 'cur/1.a:2,S');
    expect(await rig.catalog.head()).toBe(head);
    expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ places: [{ name: 'cur/1.a:2,S' }] }]);
  });
});

describe('the log', () => {
  it('holds each changed message once, in the order of its last change', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(
      rig.catalog,
      a,
      ['m1', 'm2', 'm3', 'm4'].map((name, i) => scanned(name, i * 100)),
    );
    await record(rig.catalog, b, [scanned('m3', 0), scanned('m1', 100)]);
    await rig.catalog.logAgain([idOf('m2'), idOf('m2')]);
    expect(await log(rig.catalog)).toEqual(['+m4 a', '+m3 a,b', '+m1 a,b', '+m2 a']);
    expect(await rig.catalog.countChanges(0)).toBe(4);
    const four = (await rig.catalog.changes(0, 1))[0]?.seq ?? 0;
    expect(await rig.catalog.countChanges(four)).toBe(3);
    expect(await rig.catalog.touch(['b'])).toBe(2);
    expect((await log(rig.catalog)).slice(-2).sort()).toEqual(['+m1 a,b', '+m3 a,b']);
    expect(await rig.catalog.touch([])).toBe(0);
    expect(await rig.catalog.countChangedByArchive(0)).toEqual(new Map([['a', 4]]));
  });

  it('numbers messages by date, then id, for a bulk build', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const old = { ...scanned('z9', 200), received: 1_500_000_000 };
    await record(rig.catalog, a, [scanned('m2', 0), scanned('m1', 100), old]);
    const ranks = await rig.catalog.ranks(null);
    const keys = await Promise.all(
      ['z9', 'm1', 'm2'].map(async (name) => (await rig.catalog.messages([idOf(name)]))[0]?.key ?? 0),
    );
    expect(keys.map((key) => ranks[key])).toEqual([1, 2, 3]);
  });

  it('remembers notes', async () => {
    expect(await rig.catalog.note('scope:default')).toBe(null);
    await rig.catalog.setNote('scope:default', '["a"]');
    await rig.catalog.setNote('scope:default', '["b"]');
    expect(await (await rig.reopen()).note('scope:default')).toBe('["b"]');
  });
});

describe('quarantine', () => {
  const stretch = { offset: 100, length: 100, reason: 'the program died of it' };
  const counts = () => countsOf(rig.catalog, 1);

  it('holds stretches that are no message, with their place', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    const garbage = { offset: 0, length: 17, reason: 'no From line' };
    const batch = { file, messages: [scanned('m1', 17)], quarantine: [garbage], readTo: 17 };
    await rig.catalog.record([batch]);
    await rig.catalog.record([batch]);
    expect(await rig.catalog.quarantine()).toMatchObject([
      { archive: 'a', path: '/a.mbox', connection: null, ...garbage },
    ]);
    expect(await counts()).toEqual({ first: 1, further: 0, quarantined: 1 });
  });

  it('counts a message that could not be indexed once', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [scanned('m1', 0), scanned('m2', 100)]);
    await rig.catalog.quarantinePlace(file, stretch);
    expect(await counts()).toEqual({ first: 1, further: 0, quarantined: 1 });
    expect(await rig.catalog.countChangedByArchive(0)).toEqual(new Map([['a', 1]]));
  });

  it('lets go of a message that is tried again, and logs it', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [scanned('m1', 0), scanned('m2', 100)]);
    const [m1] = await rig.catalog.messages([idOf('m1')]);
    await rig.catalog.quarantineMessage(m1?.key ?? 0, 'small', 'refused');
    await rig.catalog.quarantineMessage(m1?.key ?? 0, 'other', 'refused');
    await rig.catalog.quarantinePlace(file, stretch);
    await rig.catalog.quarantinePlace(file, { offset: 900, length: 5, reason: 'no message' });
    const head = await rig.catalog.head();
    await rig.catalog.retryQuarantined(['small']);
    expect((await log(rig.catalog, head)).sort()).toEqual(['+m1 a', '+m2 a']);
    const left = (await rig.catalog.quarantine()).map((q) => [q.offset, q.connection]);
    expect(left).toEqual([
      [0, 'other'],
      [900, null],
    ]);
  });

  it.each(['read again', 'read anew', 'lost, and found elsewhere'])(
    'a message is tried again when it is %s',
    async (how) => {
      const file = await addFile(rig.catalog, 'a', '/a.mbox');
      const elsewhere = await addFile(rig.catalog, 'a', '/b.mbox');
      await record(rig.catalog, file, [scanned('m1', 0), scanned('m2', 100)]);
      await record(rig.catalog, elsewhere, [scanned('m2', 0)]);
      await rig.catalog.quarantinePlace(file, stretch);
      const head = await rig.catalog.head();
      if (how === 'read again') await record(rig.catalog, file, [scanned('m2', 100)]);
      else if (how === 'read anew') await rig.catalog.putFiles(1, [found('', 3000)], { restart: true });
      else await rig.catalog.loseFiles([file]);
      expect(await log(rig.catalog, head)).toEqual(['+m2 a']);
      expect(await rig.catalog.quarantine()).toEqual([]);
    },
  );
});
