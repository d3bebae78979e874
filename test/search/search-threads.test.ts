import { join } from 'node:path';
import type { Hit, SearchOptions, Site, Sort } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { type Mail, mbox } from '../e2e/site.ts';
import { names, SearchSite } from './search-site.ts';

const engines = await everyEngine('threads asked of Elasticsearch');
const COUNT = 180;
const isClosed = (i: number): boolean => i % 9 === 4;
/** Each refers to one not long before it, one in six to none; dates go back and forth, and some are the same. */
const mails = Array.from({ length: COUNT }, (_, i): Mail => {
  const parent = i % 6 === 0 ? -1 : i - 1 - ((i * 7) % 11);
  const seconds = String((i * 13) % 20).padStart(2, '0');
  return {
    id: `m${i}@x.example`,
    subject: i % 4 === 0 ? 'A tedder' : 'Something else',
    date: `Wed, ${String(1 + Math.floor(i / 20)).padStart(2, '0')} Jan 2020 10:00:${seconds} +0000`,
    text: `common ${'tedder '.repeat(i % 5)} ${i % 7 === 0 ? 'rare' : ''} ${i % 3 === 0 ? 'hedgehog' : ''}`,
    ...(parent < 0 ? {} : { headers: [`In-Reply-To: <m${parent}@x.example>`] }),
  };
});
const open = { paths: ['open.mbox'], access: 'public' } as const;
const closed = { paths: ['closed.mbox'], readers: ['ann'] } as const;

const place = new SearchSite();
let site: Site;
let publicOnly: Site;
beforeAll(async () => {
  place.write('open.mbox', mbox(mails.filter((_, i) => !isClosed(i))));
  place.write('closed.mbox', mbox(mails.filter((_, i) => isClosed(i))));
  const connections = Object.fromEntries(
    engines.map(({ name, module, settings }) => [
      name,
      { engine: module, ...settings(join(place.path, name)) },
    ]),
  );
  site = await place.open(
    { open, closed },
    { connections: { default: { engine: 'sqlite' }, ...connections } },
  );
  await site.update();
  publicOnly = await place.open({ open }, {}, 'public-only');
  await publicOnly.update();
});
afterAll(async () => {
  await place.remove();
  for (const { name, forget } of engines) await forget(join(place.path, name));
});

/** The best of each thread and how many of it match, told from all matches in their order. */
async function grouped(query: string, options: SearchOptions): Promise<Hit[]> {
  const { hits } = await site.search(query, { ...options, limit: 1000 });
  return [...Map.groupBy(hits, ({ thread }) => thread.id).values()].flatMap((of) => {
    const [best] = of;
    return best === undefined ? [] : [{ ...best, thread: { ...best.thread, matched: of.length } }];
  });
}

const QUERIES = ['*', 'rare', 'tedder', 'hedgehog -rare', 'thread:{rare} hedgehog', 'nothing', '-tedder'];
const SORTS: readonly Sort[] = ['newest', 'oldest', 'relevance'];
const NAMES = engines.map(({ name }) => name);

describe.each(NAMES)('%s', (using) => {
  it.each(QUERIES)('%s: one hit a thread, the first of all matches in their order', async (query) => {
    for (const as of ['all', 'public']) {
      for (const sort of SORTS) {
        const options = { using, as, sort, highlight: false } as const;
        const expected = await grouped(query, options);
        const whole = await site.search(query, { ...options, threads: true, limit: 1000 });
        expect(whole.hits, `${sort} ${as}`).toEqual(expected);
        const { count } = await site.count(query, { using, as });
        expect(whole).toMatchObject({ total: count, totalThreads: expected.length, next: null, sort });
        if (sort === 'relevance') continue;
        const streamed = await Array.fromAsync(site.stream(query, { ...options, threads: true }));
        expect(streamed, `${sort} ${as}`).toEqual(expected);
      }
    }
  });

  it('pages by offset joined are the whole', async () => {
    for (const sort of SORTS) {
      const options = { using, sort, threads: true, highlight: false } as const;
      const { hits } = await site.search('tedder', { ...options, limit: 1000 });
      const pages = [];
      for (let offset = 0; offset < hits.length; offset += 7)
        pages.push(...(await site.search('tedder', { ...options, limit: 7, offset })).hits);
      expect(hits.length, sort).toBeGreaterThan(20);
      expect(pages, sort).toEqual(hits);
      const streamed = await Array.fromAsync(
        site.stream('tedder', { ...options, sort: 'newest', limit: 5, offset: 3 }),
      );
      if (sort === 'newest') expect(streamed).toEqual(hits.slice(3, 8));
    }
  });

  it('finds in a date order what the others find', async () => {
    for (const sort of ['newest', 'oldest'] as const) {
      const options = { sort, threads: true, highlight: false, limit: 1000, as: 'public' } as const;
      for (const query of QUERIES) {
        const { hits, totalThreads } = await site.search(query, { ...options, using });
        const other = await site.search(query, { ...options, using: NAMES[0] });
        expect({ hits, totalThreads }).toEqual({ hits: other.hits, totalThreads: other.totalThreads });
      }
    }
  });
});

it('what may not be read links, counts and places nothing', async () => {
  for (const query of QUERIES) {
    for (const sort of ['newest', 'oldest'] as const) {
      const options = { as: 'public', sort, threads: true, limit: 1000 } as const;
      const { tookMs: _, ...whole } = await site.search(query, options);
      const { tookMs: __, ...alone } = await publicOnly.search(query, options);
      expect(whole, `${query} ${sort}`).toEqual(alone);
    }
  }
  const all = await site.search('*', { threads: true, limit: 1000 });
  const some = await site.search('*', { threads: true, limit: 1000, as: 'public' });
  expect(some.totalThreads).toBeGreaterThan(all.totalThreads ?? 0);
});

it('an archive by option narrows the matches and not the threads', async () => {
  const { hits, total, totalThreads } = await site.search('*', {
    archives: ['closed'],
    threads: true,
    limit: 1000,
  });
  expect(total).toBe(20);
  expect(hits).toHaveLength(totalThreads ?? 0);
  expect(hits.reduce((sum, { thread }) => sum + (thread.matched ?? 0), 0)).toBe(20);
  expect(Math.max(...hits.map(({ thread }) => thread.size - (thread.matched ?? 0)))).toBeGreaterThan(0);
});

it('snippets and scores are those of the best message', async () => {
  const { hits } = await site.search('rare', { threads: true, limit: 2 });
  for (const { snippet, score } of hits) {
    expect(snippet?.some(({ text, match }) => match && text === 'rare')).toBe(true);
    expect(score).toBeTypeOf('number');
  }
  const [theirs] = (await site.search('rare', { threads: true, as: 'public' })).hits;
  expect(theirs?.score).toBeNull();
});

it('by relevance it is the threads of the first results, of which all are counted', async () => {
  const small = await place.open(
    { open, closed },
    { connections: { default: { engine: 'sqlite' } }, search: { maxResults: 10 } },
  );
  const first = await small.search('tedder', { sort: 'relevance', limit: 10, highlight: false });
  const { hits, total, totalThreads } = await small.search('tedder', {
    threads: true,
    limit: 10,
    highlight: false,
  });
  expect(names({ hits })).toEqual(
    names({
      hits: [...Map.groupBy(first.hits, (hit) => hit.thread.id).values()].flatMap((of) => of.slice(0, 1)),
    }),
  );
  const whole = await site.search('tedder', { threads: true, limit: 1000 });
  expect({ total, totalThreads }).toEqual({ total: whole.total, totalThreads: whole.totalThreads });
  for (const { id, thread } of hits) expect(whole.hits.find((hit) => hit.id === id)?.thread).toEqual(thread);
  await expect(small.search('tedder', { threads: true, limit: 6, offset: 5 })).rejects.toMatchObject({
    code: 'PAGE_TOO_DEEP',
  });
  const walked = await small.search('*', { threads: true, limit: 10, highlight: false });
  expect(walked.totalThreads).toBe((await site.search('*', { threads: true })).totalThreads);
});

it('a cursor is refused, and what comes of threads has none', async () => {
  const { next } = await site.search('*', { limit: 1 });
  const asked = { threads: true, after: next ?? '' };
  await expect(site.search('*', asked)).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(site.stream('*', asked)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
  await expect(
    Array.fromAsync(site.stream('tedder', { threads: true, sort: 'relevance' })),
  ).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
  await expect(site.search('', { threads: true })).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
  await expect(site.search('*', { threads: true, limit: -1 })).rejects.toMatchObject({
    code: 'ARGUMENT_INVALID',
  });
});
