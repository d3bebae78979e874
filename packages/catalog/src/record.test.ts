import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addFile, countsOf, idOf, log, openRig, type Rig, record, rewrite, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

describe('what is read', () => {
  it('is recorded with its place, and logged once in the order of reading', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    expect(await record(rig.catalog, file, [scanned('m1', 0), scanned('m2', 100)])).toEqual({
      added: 2,
      unchanged: 0,
      duplicates: 0,
      quarantined: 0,
      fresh: [
        { key: 1, seq: 1 },
        { key: 2, seq: 2 },
      ],
    });
    expect(await log(rig.catalog)).toEqual(['+m1 a', '+m2 a']);
    expect(await rig.catalog.messages([idOf('m2'), idOf('none')])).toMatchObject([
      {
        messageId: 'm2@example.org',
        archives: ['a'],
        places: [{ path: '/a.mbox', offset: 100, length: 100 }],
      },
    ]);
    expect(await rig.catalog.messagesOf('m1@example.org')).toMatchObject([{ id: idOf('m1') }]);
  });

  it('keeps what was written in fields, message by message', async () => {
    const { catalog } = rig;
    const file = await addFile(catalog, 'a', '/a.mbox');
    const [one, other] = [scanned('m1', 0), scanned('m2', 100)];
    const from = [
      { name: 'Ann', address: 'ann@example.org' },
      { name: '', address: 'bob@example.org' },
    ];
    const filled = { ...one.identity, subject: 'Hay', from, filenames: ['a.txt', 'b.txt'] };
    await record(catalog, file, [{ ...one, identity: filled }, other]);
    const ids = [idOf('m2'), idOf('none'), idOf('m1')];
    const bob = 'bob@example.org';
    const ann = ['Ann', 'ann@example.org', 'Ann <ann@example.org>'];
    expect(await catalog.storedValues(ids, 'from')).toEqual([ann, [], [...ann, bob]]);
    expect(await catalog.storedValues(ids, 'subject')).toEqual([[other.identity.subject], [], ['Hay']]);
    expect(await catalog.storedValues(ids, 'filename')).toEqual([[], [], ['a.txt', 'b.txt']]);
    expect(await catalog.storedValues(ids, 'mid')).toEqual([['m2@example.org'], [], ['m1@example.org']]);
    const first = { key: 1, id: idOf('m1'), values: ['Hay'] };
    const second = { key: 2, id: idOf('m2'), values: [other.identity.subject] };
    expect(await catalog.storedValuesBehind(0, 1, 'subject')).toEqual([first]);
    expect(await catalog.storedValuesBehind(1, 5, 'subject')).toEqual([second]);
    expect(await catalog.storedValuesBehind(2, 5, 'subject')).toEqual([]);
  });

  it('stays in the log as it is but for those that were taken otherwise', async () => {
    const first = await addFile(rig.catalog, 'a', '/a.mbox');
    const second = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, second, [scanned('m1', 0), scanned('m2', 100)]);
    const outcome = await record(rig.catalog, first, [scanned('m3', 0), scanned('m1', 100)]);
    expect(outcome.fresh).toEqual([{ key: 3, seq: 3 }, null]);
    expect(await log(rig.catalog)).toEqual(['+m2 b', '+m3 a', '+m1 a,b']);
    expect(await rig.catalog.logOthers(Float64Array.of(0, 1, 2, 3))).toBe(1);
    expect(await log(rig.catalog)).toEqual(['+m2 b', '+m3 a', '+m1 a,b']);
    expect(await rig.catalog.head()).toBe(5);
    expect(await rig.catalog.logOthers(Float64Array.of(0, 5, 2))).toBe(1);
    expect(await rig.catalog.head()).toBe(6);
  });

  it('tells where all lie, how they stand in the log, and of which there is but one copy', async () => {
    const first = await addFile(rig.catalog, 'a', '/a.mbox');
    const second = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, second, [scanned('m1', 0), scanned('m2', 100)]);
    await record(rig.catalog, first, [scanned('m1', 300)]);
    const { dates, ...homes } = await rig.catalog.homes();
    expect(homes).toEqual({
      seqs: Float64Array.of(0, 3, 2),
      files: Float64Array.of(0, first, second),
      offsets: Float64Array.of(0, 300, 100),
      sole: Uint8Array.of(0, 0, 1),
    });
    expect(dates).toHaveLength(3);
    await rig.catalog.loseFiles([second]);
    expect(await rig.catalog.homes()).toMatchObject({
      files: Float64Array.of(0, first, 0),
      sole: Uint8Array.of(0, 0, 0),
    });
  });

  it('changes nothing when it is read again', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    const messages = [scanned('m1', 0), scanned('m2', 100)];
    await record(rig.catalog, file, messages);
    const head = await rig.catalog.head();
    expect(await record(rig.catalog, file, messages)).toMatchObject({
      added: 0,
      unchanged: 2,
      duplicates: 0,
    });
    await rewrite(rig.catalog, 'a', '/a.mbox', messages);
    expect(await rig.catalog.head()).toBe(head);
  });

  it('survives the end of the program', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [scanned('m1', 0), scanned('m2', 100)]);
    const { site } = rig.catalog;
    const again = await rig.reopen();
    expect(again.site).toBe(site);
    expect(await log(again)).toEqual(['+m1 a', '+m2 a']);
    const [source] = await again.sources();
    expect(await countsOf(again, source?.key ?? 0)).toEqual({ first: 2, further: 0, quarantined: 0 });
    expect(await again.files(source?.key ?? 0, null, 10)).toMatchObject([{ readTo: 100, complete: false }]);
  });

  it('is read on where it was left, never further back', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    const readTo = async () => (await rig.catalog.files(1, null, 1))[0]?.readTo;
    await record(rig.catalog, file, [scanned('m2', 100)]);
    await record(rig.catalog, file, [scanned('m1', 0)]);
    expect(await readTo()).toBe(100);
  });

  it('is recorded whole or not at all', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    const bad = { ...scanned('m2', 100), length: Number.NaN };
    await expect(record(rig.catalog, file, [scanned('m1', 0), bad])).rejects.toThrow();
    expect(await rig.catalog.head()).toBe(0);
    expect(await log(rig.catalog)).toEqual([]);
  });
});

describe('copies', () => {
  it('in one file are one message', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    expect(await record(rig.catalog, file, [scanned('m1', 0), scanned('m1', 100)])).toMatchObject({
      added: 1,
      duplicates: 1,
    });
    expect(await log(rig.catalog)).toEqual(['+m1 a']);
    expect(await countsOf(rig.catalog, 1)).toEqual({ first: 1, further: 1, quarantined: 0 });
  });

  it('in another archive put the whole document into the log again', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [scanned('m1', 0), scanned('m2', 100)]);
    const head = await rig.catalog.head();
    await record(rig.catalog, b, [scanned('m1', 0)]);
    expect(await log(rig.catalog, head)).toEqual(['+m1 a,b']);
    expect(await log(rig.catalog)).toEqual(['+m2 a', '+m1 a,b']);
    expect(await rig.catalog.countMessages(['b'])).toBe(1);
    expect(await rig.catalog.countMessages(['a', 'b'])).toBe(2);
  });

  it('give the earliest arrival and the smallest size of those that are there', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [scanned('m1', 0, { received: 1_580_000_900, size: 50 })]);
    await record(rig.catalog, b, [scanned('m1', 0, { received: 1_580_000_100, size: 80 })]);
    expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ received: 1_580_000_100, size: 50 }]);
    await rig.catalog.loseFiles([b]);
    expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ received: 1_580_000_900, size: 50 }]);
  });

  it('the first in the order of files is the one that is read, whichever is recorded first', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, b, [scanned('m1', 0)]);
    await record(rig.catalog, a, [scanned('m1', 300)]);
    expect(await rig.catalog.messagesOfFile(a, -1, 10)).toMatchObject([{ place: { file: a, offset: 300 } }]);
    expect(await rig.catalog.messagesOfFile(b, -1, 10)).toEqual([]);
  });
});

describe('a file that is written anew', () => {
  const three = [scanned('m1', 0), scanned('m2', 100), scanned('m3', 200)];

  it('costs nothing for messages that moved, also where one lies exactly where another lay', async () => {
    await rewrite(rig.catalog, 'a', '/a.mbox', three);
    const head = await rig.catalog.head();
    await rewrite(rig.catalog, 'a', '/a.mbox', [scanned('m3', 0), scanned('m1', 100), scanned('m2', 250)]);
    expect(await log(rig.catalog, head)).toEqual([]);
    const places = (await rig.catalog.messages(['m1', 'm2', 'm3'].map(idOf))).map((m) => m.places);
    expect(places).toMatchObject([[{ offset: 100 }], [{ offset: 250 }], [{ offset: 0 }]]);
    const read = await rig.catalog.messagesOfFile(1, -1, 10);
    expect(read.map((c) => c.place?.offset)).toEqual([0, 100, 250]);
  });

  it('loses what is not seen again, which stays findable until it is dropped', async () => {
    await rewrite(rig.catalog, 'a', '/a.mbox', three);
    const head = await rig.catalog.head();
    await rewrite(rig.catalog, 'a', '/a.mbox', [scanned('m2', 0), scanned('m4', 100)]);
    expect(await log(rig.catalog, head)).toEqual(['+m4 a']);
    expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ archives: ['a'], places: [] }]);
    expect(await rig.catalog.dropLost(['a'])).toBe(2);
    expect(await log(rig.catalog, head)).toEqual(['+m4 a', '-m1', '-m3']);
    expect(await rig.catalog.messages([idOf('m1')])).toMatchObject([{ archives: [] }]);
    expect(await rig.catalog.messagesOf('m1@example.org')).toEqual([]);
    expect(await rig.catalog.countMessages(null)).toBe(2);
  });

  it('that was not read to its end loses nothing yet, and does when a later run ends it', async () => {
    await rewrite(rig.catalog, 'a', '/a.mbox', three);
    const source = await rig.catalog.source('a', 'mbox', '/a.mbox');
    const [again = 0] = await rig.catalog.putFiles(
      source.key,
      await rig.catalog.files(source.key, null, 10),
      {
        restart: true,
      },
    );
    await record(rig.catalog, again, [scanned('m2', 0)]);
    const catalog = await rig.reopen();
    expect(await catalog.dropLost(['a'])).toBe(0);
    await record(catalog, again, [scanned('m4', 100)]);
    await catalog.completeFiles([again]);
    expect(await catalog.dropLost(['a'])).toBe(2);
    expect(await catalog.countMessages(null)).toBe(2);
  });

  it('has no stamp for a place until the message was seen there again', async () => {
    const stamps = async (...names: string[]) =>
      (await rig.catalog.messages(names.map(idOf))).map(({ places }) => places.map(({ stamp }) => stamp));
    await rewrite(rig.catalog, 'a', '/a.mbox', three);
    const source = await rig.catalog.source('a', 'mbox', '/a.mbox');
    const [file] = await rig.catalog.files(source.key, null, 10);
    if (file === undefined) throw new TypeError('no file');
    expect(await stamps('m1')).toEqual([[`${file.size}:${file.mtimeNs}`]]);
    const now = { ...file, size: 500 };
    const [again = 0] = await rig.catalog.putFiles(source.key, [now], { restart: true });
    await record(rig.catalog, again, [scanned('m1', 0)]);
    expect(await stamps('m1', 'm2')).toEqual([[`500:${file.mtimeNs}`], ['']]);
  });

  it('may hold a copy twice: each place counts, and one that goes leaves the other', async () => {
    await rewrite(rig.catalog, 'a', '/a.mbox', [scanned('m1', 0), scanned('m1', 100), scanned('m2', 200)]);
    const head = await rig.catalog.head();
    await rewrite(rig.catalog, 'a', '/a.mbox', [scanned('m2', 0), scanned('m1', 100)]);
    expect(await log(rig.catalog, head)).toEqual([]);
    expect(await countsOf(rig.catalog, 1)).toEqual({ first: 2, further: 0, quarantined: 0 });
  });
});

describe('a torn last message', () => {
  it('is replaced by the whole one when the file has grown', async () => {
    const file = await addFile(rig.catalog, 'a', '/a.mbox');
    await record(rig.catalog, file, [scanned('m1', 0), scanned('torn', 100, { length: 40 })]);
    const head = await rig.catalog.head();
    await record(rig.catalog, file, [scanned('whole', 100), scanned('m3', 200)]);
    expect(await log(rig.catalog, head)).toEqual(['-torn', '+whole a', '+m3 a']);
    expect(await rig.catalog.countMessages(null)).toBe(3);
  });

  it('keeps the message where another copy of it is', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [scanned('torn', 0)]);
    await record(rig.catalog, b, [scanned('torn', 0)]);
    const head = await rig.catalog.head();
    await record(rig.catalog, a, [scanned('whole', 0)]);
    expect(await log(rig.catalog, head)).toEqual(['+torn b', '+whole a']);
  });

  it('may turn out to be a copy of a known message', async () => {
    const a = await addFile(rig.catalog, 'a', '/a.mbox');
    const b = await addFile(rig.catalog, 'b', '/b.mbox');
    await record(rig.catalog, a, [scanned('m1', 0)]);
    await record(rig.catalog, b, [scanned('torn', 0)]);
    const head = await rig.catalog.head();
    await record(rig.catalog, b, [scanned('m1', 0)]);
    expect(await log(rig.catalog, head)).toEqual(['-torn', '+m1 a,b']);
  });
});
