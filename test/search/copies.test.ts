import type { Report, Site } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

// The shared lists have no message in common: these have.

const CROSSPOST = { id: 'cross@x.example', subject: 'To both', text: 'Quince jelly for all.' };
const TWICE = { id: 'twice@x.example', subject: 'Twice', text: 'Sent twice to one list.' };
const ELSEWHERE = 'X-Board: vault';
const OPEN = {
  'open/1.mbox': [CROSSPOST, TWICE, { id: 'twin@x.example', subject: 'Seed', text: 'Rye.' }],
  'open/2.mbox': [
    TWICE,
    { id: 'pair@x.example', text: 'One of two.' },
    { id: 'pair@x.example', text: 'Two of two.' },
  ],
};
const BOARD = {
  'board/1.mbox': [
    { ...CROSSPOST, headers: [ELSEWHERE] },
    { ...CROSSPOST, headers: [ELSEWHERE] },
    { id: 'twin@x.example', subject: 'Money', text: 'The ledger.' },
    {
      id: 'secret@x.example',
      subject: 'Re: To both',
      text: 'The escrow.',
      headers: ['In-Reply-To: <cross@x.example>'],
    },
  ],
};
const ARCHIVES = {
  open: { paths: ['open'], access: 'public' },
  board: { paths: ['board'], readers: ['ann'] },
} as const;

let place: SearchSite;
let site: Site;
let report: Report;
/** The same without what only some may read. */
let without: Site;

beforeAll(async () => {
  place = new SearchSite();
  for (const [name, mails] of Object.entries({ ...OPEN, ...BOARD })) place.write(name, mbox(mails));
  site = await place.open(ARCHIVES);
  report = await site.update({ workers: 1 });
  without = await place.open({ open: ARCHIVES.open }, {}, 'without');
  await without.update({ workers: 1 });
});
afterAll(() => place.remove());

it('are counted by kind', async () => {
  expect(report.totals).toMatchObject({
    read: 10,
    indexed: 7,
    duplicates: 3,
    copies: 2,
    crossposts: 1,
    sameMessageId: 4,
    quarantined: 0,
  });
  expect(report.archives).toMatchObject({
    open: { read: 6, indexed: 5, duplicates: 1, copies: 1, crossposts: 0, sameMessageId: 3 },
    board: { read: 4, indexed: 2, duplicates: 2, copies: 1, crossposts: 1, sameMessageId: 1 },
  });
  const again = await site.update({ workers: 1 });
  expect(again.totals).toMatchObject({ duplicates: 3, copies: 2, crossposts: 1, sameMessageId: 4 });
});

it('are one hit each, and shown with all their places', async () => {
  const { hits, total } = await site.search('*', { sort: 'oldest' });
  expect([hits.length, total]).toEqual([7, 7]);
  const [cross] = await site.show('cross@x.example');
  expect(cross?.archives).toEqual(['board', 'open']);
  expect(cross?.places.map(({ archive }) => archive).toSorted()).toEqual(['board', 'board', 'open']);
  expect((await site.show('twice@x.example')).map(({ places }) => places.length)).toEqual([2]);
});

it('and different mails under one Message-ID are shown as what they are', async () => {
  const twins = await site.show('twin@x.example');
  expect(twins.map(({ subject }) => subject).toSorted()).toEqual(['Money', 'Seed']);
  expect(new Set(twins.map(({ id }) => id)).size).toBe(2);
  await expect(site.explain('rye', { for: 'twin@x.example' })).rejects.toMatchObject({
    code: 'MESSAGE_AMBIGUOUS',
  });
});

describe('to who may not read the other archive there is nothing of it', () => {
  const as = 'public';

  it.each(['cross@x.example', 'twice@x.example', 'twin@x.example', 'pair@x.example'])(
    'show %s',
    async (id) => {
      expect(await site.show(id, { as, raw: true })).toEqual(await without.show(id, { as, raw: true }));
    },
  );

  it.each(['*', 'quince', 'rye OR ledger', 'mid:twin@x.example', 'subject:seed', 'is:reply'])(
    'search %s',
    async (query) => {
      const asked = await site.search(query, { as });
      const alone = await without.search(query, { as });
      expect({ ...asked, tookMs: 0 }).toEqual({ ...alone, tookMs: 0 });
      expect(await site.count(query, { as })).toEqual(await without.count(query, { as }));
      expect(await site.explain(query, { as })).toEqual(await without.explain(query, { as }));
    },
  );

  it('a Message-ID that is ambiguous only with it is not', async () => {
    const { message } = await site.explain('rye', { for: 'twin@x.example', as });
    expect(message?.matches).toBe(true);
    await expect(site.show('secret@x.example', { as })).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' });
  });

  it('and no word, name or path', async () => {
    const all = JSON.stringify([
      await site.search('*', { as }),
      await site.show('cross@x.example', { as }),
      await site.show('twin@x.example', { as }),
      await site.explain('*', { as, for: 'cross@x.example' }),
      await Array.fromAsync(site.stream('*', { as })),
    ]);
    for (const told of ['board', 'ledger', 'Money', 'escrow', 'vault', 'secret@'])
      expect(all).not.toContain(told);
  });
});

it('what was the only copy that may be read is gone for who may read no other', async () => {
  place.write('open/1.mbox', mbox(OPEN['open/1.mbox'].slice(1)));
  const moved = await site.update({ workers: 1, remove: true });
  expect(moved.totals).toMatchObject({ read: 9, duplicates: 2, copies: 2, crossposts: 0 });
  await expect(site.show('cross@x.example', { as: 'public' })).rejects.toMatchObject({
    code: 'MESSAGE_UNKNOWN',
  });
  expect((await site.count('quince', { as: 'public' })).count).toBe(0);
  expect((await site.show('cross@x.example', { as: 'ann' }))[0]?.archives).toEqual(['board']);
});
