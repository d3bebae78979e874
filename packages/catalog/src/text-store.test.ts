import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TextBlock, TextStore, TextStoreOptions } from '@hayrick/core/catalog';
import { TextPacker, textIn } from '@hayrick/core/catalog';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { idOf } from '../testing/rig.ts';
import { currentTextStore, openTextStore } from './index.ts';

let root: string;
let folder: string;
let logged: string[];
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'hayrick-texts-'));
  folder = join(root, 'data', 'store');
  logged = [];
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function open(purpose: TextStoreOptions['purpose'], site = 'site'): Promise<TextStore | null> {
  return openTextStore({ folder, site, purpose, log: (_, message) => logged.push(message) });
}

async function opened(purpose: TextStoreOptions['purpose']): Promise<TextStore> {
  const store = await open(purpose);
  if (store === null) throw new Error('there is no store');
  return store;
}

/** Blocks with these texts, whose names are their messages'. */
function blocks(texts: Readonly<Record<string, string | Buffer>>): readonly TextBlock[] {
  const packer = new TextPacker();
  for (const [name, text] of Object.entries(texts)) packer.add(idOf(name), Buffer.from(text));
  return packer.take();
}

async function text(store: TextStore, name: string): Promise<string | null> {
  const found = textIn((await store.blocksOf([idOf(name)])).get(idOf(name)) ?? [], idOf(name));
  return found === null ? null : Buffer.from(found).toString();
}

/** All bytes of the store's files. */
function bytesThere(): Buffer {
  return Buffer.concat(readdirSync(folder).map((name) => readFileSync(join(folder, name))));
}

describe('a store that is begun', () => {
  it('is gone on with from where it was left, and seen by nobody before it is whole', async () => {
    const begun = await opened('begin');
    await begun.drop([], 7);
    await begun.put(blocks({ a: 'about hay' }));
    await begun.close();
    expect(await open('read')).toBeNull();
    const again = await opened('go-on');
    expect(await again.followed()).toBe(7);
    await again.put(blocks({ a: 'about hay', b: 'later' }));
    await again.commit();
    const reader = await opened('read');
    expect([await text(reader, 'a'), await text(reader, 'b')]).toEqual(['about hay', 'later']);
    await reader.close();
    expect(readdirSync(folder)).toEqual(['texts-1.db']);
  });

  it('is made anew where another catalog began it, or it is damaged, or something else came between', async () => {
    const begin = async () => {
      const begun = await opened('begin');
      await begun.put(blocks({ a: 'about hay' }));
      await begun.close();
    };
    await begin();
    const foreign = await open('go-on', 'another');
    expect(foreign && (await text(foreign, 'a'))).toBeNull();
    await foreign?.close();
    await begin();
    const [name = ''] = readdirSync(folder);
    writeFileSync(join(folder, name), 'no database, whatever its name says\n'.repeat(500));
    const damaged = await opened('go-on');
    expect(await text(damaged, 'a')).toBeNull();
    await damaged.close();
    await begin();
    await (await opened('rebuild')).close();
    const emptied = await opened('go-on');
    expect(await text(emptied, 'a')).toBeNull();
    await emptied.close();
    expect(logged).toEqual([]);
  });
});

describe('a store of texts', () => {
  it('gives back what was put, to whoever opens it, and none of what was not', async () => {
    const store = await opened('add');
    await store.put(blocks({ a: 'about hay', b: 'x'.repeat(200_000) }));
    const reader = await opened('read');
    expect([await text(reader, 'a'), (await text(reader, 'b'))?.length, await text(reader, 'c')]).toEqual([
      'about hay',
      200_000,
      null,
    ]);
    await store.put(blocks({ c: 'later' }));
    expect(await text(reader, 'c')).toBe('later');
    await reader.close();
    await store.close();
    const again = await opened('add');
    expect(await text(again, 'a')).toBe('about hay');
    await again.close();
    expect(logged).toEqual([]);
  });

  it('belongs to nobody else', async () => {
    const store = await opened('add');
    await store.put(blocks({ a: 'secret' }));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (const name of readdirSync(folder))
      expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o600);
    await store.close();
  });

  it('keeps one copy of a text however often it is put', async () => {
    const store = await opened('add');
    await store.put(blocks({ a: 'one', b: 'two' }));
    await store.put(blocks({ a: 'one', b: 'two' }));
    await store.put(blocks({ b: 'two', c: 'three' }));
    const held = await store.blocksOf(['a', 'b', 'c'].map(idOf));
    expect([...held.values()].map((all) => all.length)).toEqual([1, 1, 1]);
    await store.drop([idOf('b')], 7);
    expect([await text(store, 'a'), await text(store, 'b'), await text(store, 'c')]).toEqual([
      'one',
      null,
      'three',
    ]);
    expect(await store.followed()).toBe(7);
    await store.close();
  });

  it('leaves nothing of a text that was dropped in any file', async () => {
    // What cannot be compressed stands in a block as it is.
    const secret = randomBytes(3000);
    const long = randomBytes(150_000);
    const other = randomBytes(3000);
    const store = await opened('add');
    await store.put(blocks({ a: secret, b: other, c: long }));
    const reader = await opened('read');
    await reader.blocksOf([idOf('a')]);
    const holds = (bytes: Buffer, at: number) => bytesThere().includes(bytes.subarray(at, at + 100));
    expect([holds(secret, 200), holds(other, 200), holds(long, 90_000)]).toEqual([true, true, true]);
    await store.drop([idOf('a'), idOf('c')], 1);
    for (const [bytes, step] of [
      [secret, 100],
      [long, 1000],
    ] as const) {
      for (let at = 0; at + 100 <= bytes.length; at += step) expect(holds(bytes, at)).toBe(false);
    }
    expect(holds(other, 200)).toBe(true);
    await reader.close();
    await store.close();
  });

  it('is built anew beside the one that is read, and takes its place only when it is whole', async () => {
    const before = await opened('add');
    await before.put(blocks({ a: 'old', b: 'old' }));
    await before.close();
    const given = await opened('rebuild');
    await given.put(blocks({ a: 'new' }));
    const reader = await opened('read');
    expect([await text(reader, 'a'), await text(reader, 'b')]).toEqual(['old', 'old']);
    await given.close();
    const name = currentTextStore(folder);
    expect([name, readdirSync(folder).some((one) => one.endsWith('.building'))]).toEqual([
      'texts-1.db',
      false,
    ]);
    const built = await opened('rebuild');
    await built.put(blocks({ a: 'new' }));
    await built.drop([], 12);
    await built.commit();
    await built.close();
    expect(await text(reader, 'a')).toBe('old');
    await reader.close();
    const after = await opened('read');
    expect([await text(after, 'a'), await text(after, 'b'), await after.followed()]).toEqual([
      'new',
      null,
      12,
    ]);
    await after.close();
    expect(readdirSync(folder)).toEqual(['texts-2.db']);
    expect(currentTextStore(folder)).not.toBe(name);
  });

  it('removes what a killed build left behind', async () => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'texts-4.building'), 'half a store');
    writeFileSync(join(folder, 'README'), 'by somebody else');
    await (await opened('add')).close();
    expect(readdirSync(folder).toSorted()).toEqual(['README', 'texts-1.db']);
  });

  it.each<[string, (path: string) => void]>([
    ['is no database', (path) => writeFileSync(path, 'not a database at all'.repeat(400))],
    ['is empty', (path) => writeFileSync(path, '')],
    ['is torn', (path) => writeFileSync(path, readFileSync(path).subarray(0, 6000))],
  ])('that %s is nothing to those who read, and is begun anew by who adds', async (_, harm) => {
    const store = await opened('add');
    await store.put(blocks({ a: randomBytes(60_000) }));
    await store.close();
    harm(join(folder, 'texts-1.db'));
    const reader = await open('read');
    const found =
      reader === null ? null : await text(reader, 'a').catch((error: { code?: string }) => error.code);
    expect([null, 'CATALOG_DAMAGED']).toContain(found);
    await reader?.close();
    const rebuilt = await opened('rebuild');
    await rebuilt.put(blocks({ a: 'whole' }));
    await rebuilt.commit();
    const after = await opened('add');
    expect(await text(after, 'a')).toBe('whole');
    await after.close();
  });

  it('of another catalog is not used', async () => {
    const store = await opened('add');
    await store.put(blocks({ a: 'text' }));
    await store.close();
    expect(await open('read', 'another')).toBeNull();
    const other = await open('add', 'another');
    expect(other === null ? null : await text(other, 'a')).toBeNull();
    expect(logged.join()).toMatch(/another catalog.*rebuild_index/);
    await other?.close();
  });

  it('that was never made is nothing to those who read', async () => {
    expect(await open('read')).toBeNull();
    expect(currentTextStore(folder)).toBeNull();
  });
});
