import type { Catalog, ScannedMessage } from '@hayrick/core/catalog';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { addFile, idOf, openRig, type Rig, record, scanned } from '../testing/rig.ts';

let rig: Rig;
beforeEach(async () => {
  rig = await openRig();
});
afterEach(() => rig.remove());

function reply(name: string, to: readonly string[], offset: number): ScannedMessage {
  const message = scanned(name, offset);
  const references = to.map((id) => `${id}@example.org`);
  return { ...message, identity: { ...message.identity, references } };
}

/** Which of the messages are of one component, each component as a word; `?`: not held. Behind a `!` the mixed ones. */
async function told(
  catalog: Catalog,
  names: readonly string[],
  archives: readonly string[],
): Promise<string> {
  const { keys, mixed } = await catalog.threadKeys(names.map(idOf), archives);
  const words = Map.groupBy(names, (_, i) => keys[i] ?? null);
  return [...words]
    .map(([key, of]) => `${key === null ? '?' : mixed.has(key) ? '!' : ''}${of.join('+')}`)
    .join(' ');
}

async function members(catalog: Catalog, ...names: readonly string[]): Promise<string> {
  const { keys } = await catalog.threadKeys(names.map(idOf), []);
  const ids = await catalog.threadMembers(keys.filter((key) => key !== null));
  return ids
    .map((id) => Buffer.from(id, 'hex').toString().replaceAll('\0', ''))
    .sort()
    .join(' ');
}

/** b2 links two of archive a. */
async function fill(catalog: Catalog): Promise<number> {
  const a = await addFile(catalog, 'a', '/a.mbox');
  const b = await addFile(catalog, 'b', '/b.mbox');
  await record(catalog, a, [
    reply('a1', [], 0),
    reply('a2', ['b2'], 100),
    reply('a3', [], 200),
    reply('a4', ['a3'], 300),
  ]);
  await record(catalog, b, [reply('b2', ['a1'], 0), reply('b3', [], 100), reply('a4', ['a3'], 200)]);
  return b;
}

it('messages of one component have one key, and which components have unreadable ones is told', async () => {
  await fill(rig.catalog);
  while ((await rig.catalog.thread({ bySubject: [] })) > 0);
  const all = ['a4', 'a1', 'none', 'a2', 'b2', 'a3', 'b3'];
  expect(await told(rig.catalog, all, ['a', 'b'])).toBe('a4+a3 a1+a2+b2 ?none b3');
  expect(await told(rig.catalog, all, ['a', 'b', 'other'])).toBe('a4+a3 a1+a2+b2 ?none b3');
  expect(await told(rig.catalog, all, ['a'])).toBe('a4+a3 !a1+a2+b2 ?none !b3');
  expect(await told(rig.catalog, all, ['b'])).toBe('!a4+a3 !a1+a2+b2 ?none b3');
  expect(await told(rig.catalog, ['a4'], ['b'])).toBe('!a4');
  expect(await told(rig.catalog, ['b3', 'a4'], [])).toBe('!b3 !a4');
  expect(await rig.catalog.threadKeys([], ['a'])).toEqual({ keys: [], mixed: new Set() });
});

it('members are those of all the components', async () => {
  await fill(rig.catalog);
  while ((await rig.catalog.thread({ bySubject: [] })) > 0);
  expect(await members(rig.catalog, 'a2')).toBe('a1 a2 b2');
  expect(await members(rig.catalog, 'a1', 'b3', 'none')).toBe('a1 a2 b2 b3');
  expect(await rig.catalog.threadMembers([])).toEqual([]);
});

it('what is not threaded yet stands by itself and has to be looked at', async () => {
  await fill(rig.catalog);
  expect(await told(rig.catalog, ['a1', 'a2', 'none'], ['a', 'b'])).toBe('!a1 !a2 ?none');
});

it('a copy that is lost and not dropped is readable where it was', async () => {
  const file = await fill(rig.catalog);
  while ((await rig.catalog.thread({ bySubject: [] })) > 0);
  await rig.catalog.loseFiles([file]);
  expect(await told(rig.catalog, ['a1', 'b3', 'a4'], ['a', 'b'])).toBe('a1 b3 a4');
  expect(await told(rig.catalog, ['a1', 'b3', 'a4'], ['a'])).toBe('!a1 !b3 a4');
  await rig.catalog.dropLost(['b']);
  while ((await rig.catalog.thread({ bySubject: [] })) > 0);
  expect(await told(rig.catalog, ['a1', 'a2', 'b3', 'a4', 'a3'], ['a'])).toBe('a1 a2 !b3 a4+a3');
});
