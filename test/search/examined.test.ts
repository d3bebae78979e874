import type { Site } from '@hayrick/core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { SearchSite, walk } from './search-site.ts';

const COUNT = 1200;
/** One in 100 is rare, one in four from ann; every day has a hundred. */
const mails = Array.from({ length: COUNT }, (_, i) => ({
  id: `m${i}@x.example`,
  subject: i % 2 === 0 ? 'even' : 'odd',
  from: i % 4 === 0 ? 'ann@x.example' : `p${i}@x.example`,
  date: `Wed, ${String(1 + Math.floor(i / 100)).padStart(2, '0')} Jan 2020 10:00:00 +0000`,
  text: `common ${i % 100 === 0 ? 'rare' : ''}\n`,
}));

const place = new SearchSite();
let site: Site;
beforeAll(async () => {
  place.write('list.mbox', mbox(mails));
  place.write('late.mbox', '');
  site = await place.open({ list: { paths: ['list.mbox', 'late.mbox'] } });
  await site.update();
});
afterAll(() => place.remove());

/** What each may look at: the candidates of the index parts that its words name, and never a document besides. */
const BOUNDS: readonly (readonly [query: string, matches: number, examined: number])[] = [
  ['common', 1200, 1200],
  ['rare', 12, 12],
  ['common rare', 12, 12],
  ['rare NOT common', 0, 0],
  ['common NOT rare', 1188, 1188],
  ['"common rare"', 12, 12],
  ['"rare common"~3', 12, 12],
  ['"common rare rare"~9', 0, 24],
  // Their subjects and texts are values of their own: where both words stand in a message it is read.
  ['"even common"~9', 0, 1200],
  ['rare "even common"~9', 0, 24],
  ['comon~', 1200, 1200],
  ['comon~ rare', 12, 12],
  ['nothing~ rare', 0, 0],
  ['subject:even', 600, 600],
  ['from:ann@x.example', 300, 300],
  ['mid:m5@x.example', 1, 1],
  ['mid:m5@x.example common', 1, 2],
  ['mid:m5@x.example common from:p5@x.example', 1, 2],
  ['rare from:ann@x.example', 12, 24],
  ['common from:ann@x.example', 300, 1500],
  ['ann@x.example', 300, 300],
  ['rare OR mid:m5@x.example', 13, 13],
  ['(rare subject:even) OR mid:m5@x.example', 13, 13],
  ['date:2020-01-03', 100, 100],
  ['date:2020-01-03 common', 100, 100],
  ['date:2020-01-03 rare', 1, 1],
  ['date:2020-01-03 from:ann@x.example', 25, 25],
  ['date:2020-01-03 common from:ann@x.example', 25, 50],
  ['date:2020-01-03 NOT rare', 99, 101],
  ['date:2030', 0, 0],
  ['list:list rare', 12, 12],
  ['larger:1M', 0, 0],
  ['larger:1M rare', 0, 12],
  ['NOT rare', 1188, 1212],
  ['*', 1200, 1200],
];

it.each(BOUNDS)('%s: %i matches, %i examined at most', async (query, matches, most) => {
  const { examined } = await site.explain(query);
  expect((await site.count(query)).count).toBe(matches);
  expect(examined).toBeLessThanOrEqual(most);
  expect(examined).toBeGreaterThanOrEqual(Math.min(matches, most));
});

it('the same where some arrived late, of which no more than all are looked at besides', async () => {
  const late = Array.from({ length: 20 }, (_, i) => ({ ...mails[i * 60 + 1], id: `late${i}@x.example` }));
  place.write('late.mbox', mbox(late));
  await site.update();
  const [info] = await site.info();
  expect(info?.generations.find((g) => g.state === 'live')?.notes).toEqual([
    expect.stringContaining('20 documents'),
  ]);
  for (const [query, , most] of BOUNDS) {
    const { examined } = await site.explain(query);
    expect(examined, query).toBeLessThanOrEqual(most + 3 * late.length);
    const { count } = await site.count(query);
    expect(await walk(site, query, { sort: 'newest', limit: 250 }), query).toHaveLength(count);
    const ranked = await site.search(query, { sort: 'relevance', limit: 5000, highlight: false });
    expect(ranked.hits, query).toHaveLength(count);
  }
});
