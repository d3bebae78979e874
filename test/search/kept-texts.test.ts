import { existsSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { openCatalog, openTextStore } from '@hayrick/catalog';
import { type Hit, LIMITS, type SettingsInput, type Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Mail, mbox } from '../e2e/site.ts';
import { names, SearchSite } from './search-site.ts';

const PARTED = ['MIME-Version: 1.0', 'Content-Type: multipart/mixed; boundary=cut'];
const MAILS: readonly Mail[] = [
  {
    id: 'plain@x.example',
    text: 'The scythe stands in the barn.\n\n> Where is the whetstone?\n\n-- \nAnn of the meadow',
  },
  {
    id: 'parts@x.example',
    headers: ['Cc: =?utf-8?q?C=C3=A9cile?= <c@x.example>', ...PARTED],
    text: `--cut\n\nSee the scythe.\n--cut\nContent-Type: text/x-patch; name=hay.patch\n\n+++ b/hay\n+the rick of hay\n--cut\nContent-Type: image/png; name="w.png"\nContent-Transfer-Encoding: base64\n\naGF5cmljaw==\n--cut--`,
  },
  {
    id: 'long@x.example',
    text: `${'grass and more grass, all day long\n'.repeat(9000)}the scythe behind it all`,
  },
  { id: 'middle@x.example', text: `${'añ€𝄞 '.repeat(3500)}the last scythe\n> ${'quoted '.repeat(9000)}` },
];
const ARCHIVES = { list: { paths: ['list.mbox.gz'], access: 'public' } } as const;
const STAMP = 1_700_000_000;

let place: SearchSite;
beforeEach(() => {
  place = new SearchSite();
});
afterEach(() => place.remove());

/** The file always looks as it did before. */
function write(name: string, content: string | Uint8Array): void {
  place.write(name, content);
  utimesSync(join(place.path, name), STAMP, STAMP);
}

/** The file is of no use any more, and looks as it did before. */
function spoil(name: string): void {
  const path = join(place.path, name);
  const { size } = statSync(path);
  write(name, Buffer.alloc(size, 'x'));
}

const store = () => join(place.path, 'data', 'store');
const newest = () => join(store(), readdirSync(store()).find((name) => name.endsWith('.db')) ?? '');

async function indexed(more: Partial<SettingsInput> = {}, mails = MAILS): Promise<Site> {
  write('list.mbox.gz', gzipSync(mbox(mails)));
  const site = await place.open(ARCHIVES, more);
  expect((await site.update({ workers: 1 })).problems).toEqual([]);
  return site;
}

async function snippets(site: Site, query = 'scythe'): Promise<Readonly<Record<string, Hit['snippet']>>> {
  const { hits } = await site.search(query);
  return Object.fromEntries(hits.map((hit) => [hit.messageId.replace(/@.*/, ''), hit.snippet]));
}

const none = (mails: readonly Mail[]) =>
  Object.fromEntries(mails.map(({ id }) => [id.replace(/@.*/, ''), null]));

describe('the text of messages in packed files is kept', () => {
  it('so that snippets and messages are shown without unpacking them', async () => {
    const site = await indexed();
    const before = await snippets(site);
    const shown = await site.show('parts@x.example');
    spoil('list.mbox.gz');
    expect(await snippets(site)).toEqual(before);
    expect(before['plain']?.filter((piece) => piece.match).map((piece) => piece.text)).toEqual(['scythe']);
    expect(await site.show('parts@x.example')).toEqual(shown);
    expect(shown).toMatchObject([
      {
        text: 'See the scythe.',
        to: [{ name: '', address: 'list@example.org' }],
        cc: [{ name: 'Cécile', address: 'c@x.example' }],
        attachments: [
          { filename: 'hay.patch', type: 'text/x-patch' },
          { filename: 'w.png', type: 'image/png', bytes: 7 },
        ],
        raw: null,
      },
    ]);
    await expect(site.show('parts@x.example', { raw: true })).rejects.toMatchObject({
      code: expect.stringMatching(/^SOURCE_/),
    });
  });

  it('and says the same as the source', async () => {
    const packed = await indexed();
    write('list.mbox', mbox(MAILS));
    const plain = await place.open({ list: { paths: ['list.mbox'], access: 'public' } }, {}, 'plain');
    await plain.update({ workers: 1 });
    for (const query of ['scythe', 'whetstone', 'rick', 'meadow', 'quoted', 'grass', '*']) {
      expect(await snippets(packed, query), query).toEqual(await snippets(plain, query));
    }
    const read = async (site: Site) =>
      (await site.show('parts@x.example')).map(({ to, cc, subject, from, attachments, problems, size }) => {
        return { to, cc, subject, from, attachments, problems, size };
      });
    expect(await read(packed)).toEqual(await read(plain));
  });

  it('but of a long one only the beginning: it is read again to be shown', async () => {
    const site = await indexed();
    expect((MAILS[2]?.text ?? '').length).toBeGreaterThan(LIMITS.snippetBytes);
    const [shown] = await site.show('long@x.example');
    expect(shown?.text).toContain('the scythe behind it all');
    spoil('list.mbox.gz');
    await expect(site.show('long@x.example')).rejects.toMatchObject({
      code: expect.stringMatching(/^SOURCE_/),
    });
    expect((await site.show('middle@x.example'))[0]?.text).toContain('the last scythe');
  });

  it('of what comes later as well', async () => {
    write('list.mbox.gz', gzipSync(mbox(MAILS.slice(0, 1))));
    const site = await place.open({ list: { paths: ['*.mbox.gz'], access: 'public' } });
    await site.update({ workers: 1 });
    write('more.mbox.gz', gzipSync(mbox([{ id: 'new@x.example', text: 'Another scythe.' }])));
    expect((await site.update({ workers: 1 })).totals.indexed).toBe(1);
    spoil('more.mbox.gz');
    spoil('list.mbox.gz');
    const { new: later, plain } = await snippets(site);
    expect([later?.[0]?.text, plain?.[0]?.text]).toEqual(['Another ', 'The ']);
  });

  it('of plain files only if the settings say so', async () => {
    write('list.mbox', mbox(MAILS.slice(0, 1)));
    const archives = { list: { paths: ['list.mbox'], access: 'public' } } as const;
    const auto = await place.open(archives, {}, 'auto');
    const always = await place.open(archives, { store: 'always' }, 'always');
    for (const site of [auto, always]) await site.update({ workers: 1 });
    spoil('list.mbox');
    expect(await snippets(auto)).toEqual({ plain: null });
    expect((await snippets(always))['plain']?.length).toBe(3);
  });

  it('of nothing if the settings say so, and what was kept is deleted', async () => {
    await indexed();
    expect(existsSync(newest())).toBe(true);
    const never = await place.open(ARCHIVES, { store: 'never' });
    spoil('list.mbox.gz');
    expect(await snippets(never)).toEqual(none(MAILS));
    write('list.mbox.gz', gzipSync(mbox(MAILS)));
    await never.update({ workers: 1 });
    expect(existsSync(store())).toBe(false);
  });
});

describe('what is kept', () => {
  it('is not shown where the file has changed since', async () => {
    const site = await indexed();
    place.write('list.mbox.gz', gzipSync(mbox([{ id: 'other@x.example', text: 'The barn is empty.' }])));
    expect(await snippets(site)).toEqual(none(MAILS));
    await expect(site.show('plain@x.example')).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
    rmSync(join(place.path, 'list.mbox.gz'));
    expect(await snippets(site)).toEqual(none(MAILS));
    await expect(site.show('plain@x.example')).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
  });

  it('is not shown of a copy in an archive that one may not read', async () => {
    const [both] = MAILS;
    if (both === undefined) throw new Error('no mail');
    write('board.mbox.gz', gzipSync(mbox([both, { id: 'b@x.example', text: 'The scythe fund.' }])));
    write('list.mbox.gz', gzipSync(mbox([both])));
    const archives = { board: { paths: ['board.mbox.gz'], readers: ['ann'] }, ...ARCHIVES };
    const site = await place.open(archives);
    await site.update({ workers: 1 });
    expect(Object.keys(await snippets(site)).toSorted()).toEqual(['b', 'plain']);
    const answer = await site.search('scythe', { as: 'public' });
    expect([names(answer), answer.hits[0]?.archives, answer.hits[0]?.snippet?.length]).toEqual([
      ['plain'],
      ['list'],
      3,
    ]);
    await expect(site.show('b@x.example', { as: 'public' })).rejects.toMatchObject({
      code: 'MESSAGE_UNKNOWN',
    });
    // The public copy is gone from its file: the private one is no stand-in, though its text is the same.
    place.write('list.mbox.gz', gzipSync(mbox([])));
    expect((await site.search('scythe', { as: 'public' })).hits).toMatchObject([{ snippet: null }]);
    await expect(site.show('plain@x.example', { as: 'public' })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
    expect((await site.show('plain@x.example', { as: 'ann' }))[0]?.text).toContain('barn');
  });

  it('is dropped with the message', async () => {
    const site = await indexed();
    const { id: gone = '' } = (await site.search('whetstone')).hits[0] ?? {};
    const { id: left = '' } = (await site.search('rick')).hits[0] ?? {};
    write('list.mbox.gz', gzipSync(mbox(MAILS.slice(1))));
    await site.update({ workers: 1 });
    expect(await held([gone, left])).toEqual([gone, left]);
    await site.update({ workers: 1, remove: true });
    expect(await held([gone, left])).toEqual([left]);
  });

  it.each<[string, () => void]>([
    ['lost', () => rmSync(store(), { recursive: true })],
    ['no database', () => writeFileSync(newest(), 'x'.repeat(50_000))],
    ['empty', () => writeFileSync(newest(), '')],
  ])('is missed by nobody when it is %s, and is whole again after a rebuild', async (_, harm) => {
    const before = await snippets(await indexed());
    harm();
    const site = await place.open(ARCHIVES);
    expect(await snippets(site)).toEqual(before);
    expect(await site.show('plain@x.example')).toHaveLength(1);
    const report = await site.rebuild({ workers: 1 });
    expect([report.failures, report.problems]).toEqual([[], []]);
    spoil('list.mbox.gz');
    expect(await snippets(site)).toEqual(before);
  });
});

/** Those of these messages of which something is kept. */
async function held(ids: readonly string[]): Promise<string[]> {
  const catalog = await openCatalog({ path: join(place.path, 'data', 'catalog.db'), now: Date.now });
  const kept = await openTextStore({
    folder: store(),
    site: catalog.site,
    purpose: 'read',
    log: () => undefined,
  });
  const blocks = await kept?.blocksOf(ids);
  await kept?.close();
  await catalog.close();
  return ids.filter((id) => blocks?.has(id) === true);
}
