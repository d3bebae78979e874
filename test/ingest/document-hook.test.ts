import type { Report, Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { makeSite, mbox, type TestSite } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

const HOOK = `
export function document(message) {
  if (message.subject === 'broken') throw new Error('no such luck');
  if (message.text('own').includes('unsubscribe')) return null;
  if (message.from[0].address !== 'bot@example.org') return undefined;
  return { subject: message.subject.replace('[bot] ', ''), own: 'nothing of interest', headers: { 'x-topic': ['machines'] } };
}
`;
const MAIL = [
  { id: 'plain@x', subject: 'hello', text: 'some words' },
  { id: 'bot@x', from: 'bot@example.org', subject: '[bot] build', text: 'compiled everything' },
  { id: 'noise@x', subject: 'noise', text: 'to unsubscribe click' },
];
const FIELDS = { topic: { header: 'X-Topic', kind: 'keyword', stored: true } } as const;

let folder: TestSite;
const open: Site[] = [];
beforeEach(() => {
  folder = makeSite();
  folder.write('list.mbox', mbox(MAIL));
  folder.write('hook.ts', HOOK);
});
afterEach(async () => {
  for (const site of open.splice(0)) await site.close();
  folder.remove();
});

async function siteWith(
  document: string | null,
  connections: object = { default: { engine: 'sqlite' } },
): Promise<Site> {
  const archives = { list: { paths: ['list.mbox'] } };
  const hooked = document === null ? {} : { document };
  const settings = { archives, dataDir: 'data', fields: FIELDS, ...hooked, connections } as const;
  const site = await openSiteAt(settings as Parameters<typeof openSiteAt>[0], folder.folder);
  open.push(site);
  return site;
}

function sums({ totals }: Report): readonly number[] {
  const { read, indexed, unchanged, duplicates, skipped, quarantined } = totals;
  expect(indexed + unchanged + duplicates + skipped + quarantined).toBe(read);
  return [read, indexed, unchanged, skipped, quarantined];
}

describe('a document hook', () => {
  it('changes and leaves out what is indexed, on every engine', async () => {
    const engines = await everyEngine('the document hook on it');
    const connections = Object.fromEntries(
      engines.map(({ name, module, settings }, i) => [
        i === 0 ? 'default' : name,
        { engine: module, ...settings(`${folder.folder}/${name}`) },
      ]),
    );
    const site = await siteWith('./hook.ts', connections);
    const report = await site.rebuild({ workers: 1 });
    expect(report.failures).toEqual([]);
    expect(sums(report)).toEqual([3, 2, 0, 1, 0]);
    const { differences } = await site.verify({ level: 'deep' });
    expect(differences).toEqual([]);
    for (const using of Object.keys(connections)) {
      const count = async (query: string) => (await site.count(query, { using })).count;
      expect(await count('*'), using).toBe(2);
      expect(await count('unsubscribe'), using).toBe(0);
      expect(await count('compiled'), using).toBe(0);
      expect(await count('subject:bot'), using).toBe(0);
      expect(await count('subject:build interest topic:machines'), using).toBe(1);
    }
    const hits = await site
      .messages<{ topic: { kind: 'keyword'; stored: true } }>({ as: 'all' })
      .filter({ topic: 'machines' })
      .toArray();
    // What is shown comes from the source and the catalog.
    expect(hits.map(({ subject, values }) => [subject, values])).toEqual([
      ['[bot] build', { topic: ['machines'] }],
    ]);
    expect((await site.show('noise@x'))[0]?.subject).toBe('noise');
    for (const engine of engines) await engine.forget(`${folder.folder}/${engine.name}`);
  });

  it('sees what updates bring, and its messages leave the index again where they change', async () => {
    const site = await siteWith('./hook.ts');
    expect(sums(await site.update({ workers: 1 }))).toEqual([3, 2, 0, 1, 0]);
    folder.write(
      'list.mbox',
      mbox([...MAIL, { id: 'more@x', text: 'please unsubscribe me' }, { id: 'last@x', text: 'words' }]),
    );
    expect(sums(await site.update({ workers: 1 }))).toEqual([5, 1, 3, 1, 0]);
    expect((await site.count('*')).count).toBe(3);
    expect(sums(await site.update({ workers: 1 }))).toEqual([5, 0, 5, 0, 0]);
    expect(sums(await site.rebuild({ workers: 1 }))).toEqual([5, 3, 0, 2, 0]);
    expect((await site.count('*')).count).toBe(3);
  });

  it('that fails over a message sends it into quarantine', async () => {
    folder.write('list.mbox', mbox([...MAIL, { id: 'bad@x', subject: 'broken' }]));
    const site = await siteWith('./hook.ts');
    expect(sums(await site.update({ workers: 1 }))).toEqual([4, 2, 0, 1, 1]);
    expect((await site.quarantine()).map(({ reason }) => reason)).toEqual([
      expect.stringContaining('no such luck'),
    ]);
  });

  it('that comes or goes needs a rebuild', async () => {
    await (await siteWith(null)).update({ workers: 1 });
    const hooked = await siteWith('./hook.ts');
    await expect(hooked.update()).rejects.toMatchObject({ code: 'REBUILD_NEEDED' });
    expect((await hooked.info())[0]?.rebuildNeeded).toContain('without the document hook');
    expect((await hooked.count('unsubscribe')).count).toBe(1);
    await hooked.rebuild({ workers: 1 });
    expect((await hooked.count('unsubscribe')).count).toBe(0);
    await expect((await siteWith(null)).update()).rejects.toMatchObject({ code: 'REBUILD_NEEDED' });
  });

  it.each([
    ['nowhere.ts', 'export {}', /cannot be loaded/],
    ['empty.ts', 'export const other = 1;', /exports no function "document"/],
    ['wrong.ts', 'export const document = ;', /cannot be loaded/],
  ])('%s is refused before anything is read', async (name, code, text) => {
    if (name !== 'nowhere.ts') folder.write(name, code);
    const site = await siteWith(`./${name}`);
    await expect(site.update()).rejects.toMatchObject({
      code: 'SETTINGS_INVALID',
      message: expect.stringMatching(text),
    });
  });

  it.each([
    ['a promise', 'export const document = async () => ({})', 'at once'],
    ['an unknown change', 'export const document = () => ({ date: 1 })', 'changes "date"'],
    ['a value of another kind', 'export const document = () => ({ own: 1 })', 'of another kind'],
  ])('that answers %s sends messages into quarantine', async (_, code, reason) => {
    folder.write('odd.ts', code);
    const site = await siteWith('./odd.ts');
    expect(sums(await site.update({ workers: 1 }))).toEqual([3, 0, 0, 0, 3]);
    expect((await site.quarantine())[0]?.reason).toContain(reason);
  });
});
