import type { Site } from '@hayrick/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mailText, mbox } from '../e2e/site.ts';
import { names, SearchSite, walk } from './search-site.ts';

const COUNT = 61;
/** Four mails a second, in two steps of days, words of different frequency. */
const mails = Array.from({ length: COUNT }, (_, i) => ({
  id: `m${i}@x.example`,
  subject: i % 7 === 0 ? 'journal' : 'other',
  date: `Wed, 01 Jan 2020 10:00:${String(Math.floor(((i * 29) % COUNT) / 4)).padStart(2, '0')} +0000`,
  text: `${'journal '.repeat(i % 5)} some words ${'more '.repeat(i % 3)}`,
}));
const ORDERS = ['newest', 'oldest'] as const;

describe('pages of an index that stands still', () => {
  const place = new SearchSite();
  let site: Site;
  beforeAll(async () => {
    place.write('list.mbox', mbox(mails));
    site = await place.open(
      { list: { paths: ['list.mbox'] } },
      { search: { maxResults: 40, resultsPerPage: 9 } },
    );
    await site.update();
  });
  afterAll(() => place.remove());

  it.each(ORDERS)('%s: ties by id ascending', async (sort) => {
    const hits = await walk(site, '*', { sort, limit: 40 });
    expect(hits).toHaveLength(COUNT);
    const sign = sort === 'newest' ? -1 : 1;
    const key = (hit: { date: string; id: string }) => [sign * Date.parse(hit.date), hit.id] as const;
    const sorted = hits.toSorted((a, b) => key(a)[0] - key(b)[0] || (key(a)[1] < key(b)[1] ? -1 : 1));
    expect(hits.map((hit) => hit.id)).toEqual(sorted.map((hit) => hit.id));
  });

  it.each(ORDERS)('%s: pages by cursor, pages by offset and a stream joined are one answer', async (sort) => {
    for (const query of ['*', 'journal', 'other', 'NOT journal']) {
      const streamed = await Array.fromAsync(site.stream(query, { sort, highlight: false }));
      expect(streamed).toHaveLength((await site.count(query)).count);
      for (const limit of [1, 4, 7, 39, 40]) {
        expect(await walk(site, query, { sort, limit }), `${query} ${limit}`).toEqual(streamed);
        const byOffset = [];
        for (let offset = 0; offset + limit <= 40; offset += limit)
          byOffset.push(...(await site.search(query, { sort, limit, offset, highlight: false })).hits);
        expect(byOffset).toEqual(streamed.slice(0, byOffset.length));
      }
    }
  });

  it('relevance: pages by cursor joined are the first search.maxResults, whatever their size', async () => {
    const whole = await site.search('journal OR more', { limit: 40, highlight: false });
    expect(whole.total).toBeGreaterThan(40);
    for (const limit of [1, 7, 9, 13, 40]) {
      expect(await walk(site, 'journal OR more', { limit }), String(limit)).toEqual(whole.hits);
    }
  });

  it('a stream skips no more than search.maxResults', async () => {
    const whole = await Array.fromAsync(site.stream('*', { highlight: false }));
    const offset = 40;
    expect(await Array.fromAsync(site.stream('*', { offset, highlight: false }))).toEqual(
      whole.slice(offset),
    );
    await expect(Array.fromAsync(site.stream('*', { offset: 41 }))).rejects.toMatchObject({
      code: 'PAGE_TOO_DEEP',
    });
  });

  it('a stream goes on behind a cursor', async () => {
    const first = await site.search('journal', { sort: 'oldest', limit: 5, highlight: false });
    const rest = await Array.fromAsync(
      site.stream('journal', { sort: 'oldest', after: first.next ?? '', highlight: false }),
    );
    const all = await Array.fromAsync(site.stream('journal', { sort: 'oldest', highlight: false }));
    expect([...first.hits, ...rest]).toEqual(all);
    expect(
      await Array.fromAsync(
        site.stream('journal', { sort: 'oldest', limit: 7, offset: 2, highlight: false }),
      ),
    ).toEqual(all.slice(2, 9));
  });

  it('an exact last page has no next', async () => {
    const { total } = await site.search('subject:journal', { sort: 'newest', limit: 0 });
    const { next, hits } = await site.search('subject:journal', { sort: 'newest', limit: total });
    expect([next, hits.length]).toEqual([null, total]);
  });

  it.each([
    ['deeper than search.maxResults', { limit: 10, offset: 31 }, 'PAGE_TOO_DEEP', /--after/],
    [
      'larger than search.maxResults',
      { limit: 41, sort: 'newest' },
      'PAGE_TOO_DEEP',
      /--after.*40|40.*--after/,
    ],
    ['of relevance, too deep', { limit: 41, sort: 'relevance' }, 'PAGE_TOO_DEEP', /newest or oldest/],
    ['of a negative size', { limit: -1 }, 'ARGUMENT_INVALID', /whole numbers/],
    ['of a broken size', { limit: 1.5 }, 'ARGUMENT_INVALID', /whole numbers/],
    ['of no number', { offset: Number.NaN }, 'ARGUMENT_INVALID', /whole numbers/],
    ['from an offset behind a cursor', { offset: 1, after: 'x' }, 'ARGUMENT_INVALID', /either/],
  ] as const)('a page %s is refused', async (_, options, code, text) => {
    const asked = site.search('journal', options);
    await expect(asked).rejects.toMatchObject({ code });
    await expect(asked).rejects.toThrow(text);
  });

  it('refuses an order that is none, and a stream by relevance', async () => {
    const sort = JSON.parse('"id; DROP TABLE doc"') as 'newest';
    await expect(site.search('journal', { sort })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    const stream = site.stream('journal', { sort: 'relevance' });
    await expect(Array.fromAsync(stream)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
    await expect(Array.fromAsync(site.stream('*', { limit: Number.NaN }))).rejects.toMatchObject({
      code: 'ARGUMENT_INVALID',
    });
  });

  it('a cursor is good for its query, archives, order and connection alone', async () => {
    const { next } = await site.search('journal', { sort: 'newest', limit: 1 });
    const after = next ?? '';
    const invalid = { code: 'CURSOR_INVALID' };
    await expect(site.search('other', { sort: 'newest', after })).rejects.toMatchObject(invalid);
    await expect(site.search('journal', { sort: 'oldest', after })).rejects.toMatchObject(invalid);
    await expect(site.search('journal', { sort: 'relevance', after })).rejects.toMatchObject(invalid);
    await expect(site.search('journal', { sort: 'newest', archives: ['list'], after })).rejects.toMatchObject(
      invalid,
    );
    expect((await site.search('journal', { sort: 'newest', after, limit: 3 })).hits).toHaveLength(3);
  });

  it.each<[string, (hash: string) => unknown]>([
    ['nothing', () => ''],
    ['no array', (hash) => ({ hash })],
    ['too little', (hash) => [hash]],
    ['a date that is text', (hash) => [hash, '1 OR 1', 'x']],
    ['a date that is a fraction', (hash) => [hash, 1.5, 'x']],
    ['a date beyond all', (hash) => JSON.parse(`["${hash}", 1e999, "x"]`)],
    ['an id that is none', (hash) => [hash, 1, null]],
    ['another hash', () => ['AAAAAAAAAAAA', 1, 'x']],
  ])('a cursor of %s is refused', async (_, make) => {
    const { next } = await site.search('journal', { sort: 'newest', limit: 1 });
    const [hash] = JSON.parse(Buffer.from(next ?? '', 'base64url').toString()) as [string];
    const after = Buffer.from(JSON.stringify(make(hash)).replace('null', '1e999')).toString('base64url');
    await expect(site.search('journal', { sort: 'newest', after })).rejects.toMatchObject({
      code: 'CURSOR_INVALID',
    });
  });
});

describe('pages while mail comes and goes', () => {
  let place: SearchSite;
  let site: Site;
  beforeEach(async () => {
    place = new SearchSite();
    for (const mail of mails) place.write(`mail/${mail.id}.eml`, mailText(mail));
    site = await place.open({ list: { paths: ['mail'], kind: 'eml' } });
    await site.update();
    return () => place.remove();
  });

  it.each(ORDERS)('%s: every message that stays comes exactly once', async (sort) => {
    const start = names(await site.search('*', { sort, limit: 100, highlight: false }));
    const removed = new Set<string>();
    const seen = await walk(site, '*', { sort, limit: 8 }, async (page) => {
      if (page > 4) return;
      const gone = [start[page * 11], start[60 - page]].flatMap((name) => name ?? []);
      for (const name of gone) {
        removed.add(name);
        place.delete(`mail/${name}@x.example.eml`);
      }
      for (const [name, second] of [
        ['early', 0],
        ['amid', 7],
        ['late', 59],
      ] as const) {
        const id = `${name}${page}@x.example`;
        const date = `Wed, 01 Jan 2020 10:00:${String(second).padStart(2, '0')} +0000`;
        place.write(`mail/${id}.eml`, mailText({ id, date }));
      }
      await site.update({ remove: true });
    });
    const seenNames = names({ hits: seen });
    expect(new Set(seenNames).size).toBe(seenNames.length);
    expect(seenNames.filter((name) => /^m/.test(name) && !removed.has(name))).toEqual(
      start.filter((name) => !removed.has(name)),
    );
    expect(removed.size).toBeGreaterThan(5);
    // What came late stands where a fresh build puts it.
    const grown = await Array.fromAsync(site.stream('*', { sort, highlight: false }));
    await site.rebuild();
    expect(grown).toEqual(await Array.fromAsync(site.stream('*', { sort, highlight: false })));
  });

  it('relevance: a cursor does not outlive a write', async () => {
    const { next } = await site.search('journal', { limit: 5 });
    const after = next ?? '';
    expect((await site.search('journal', { limit: 5, after })).hits).toHaveLength(5);
    place.write('mail/new.eml', mailText({ id: 'new@x.example', text: 'journal' }));
    await site.update();
    const stale = site.search('journal', { limit: 5, after });
    await expect(stale).rejects.toMatchObject({ code: 'CURSOR_STALE' });
    await expect(stale).rejects.toThrow(/start over|sort by date/i);
  });

  it('relevance: nor a rebuild', async () => {
    const { next } = await site.search('journal', { limit: 5 });
    await site.rebuild();
    await expect(site.search('journal', { limit: 5, after: next ?? '' })).rejects.toMatchObject({
      code: 'CURSOR_STALE',
    });
  });
});
