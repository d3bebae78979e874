import { LIMITS } from '@hayrick/core/backend';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

/** One thread more than `thread:{}` may stand for, each of one message but the first. */
const THREADS = LIMITS.queryThreads + 1;

const place = new SearchSite();
let site: Awaited<ReturnType<SearchSite['open']>>;
beforeAll(async () => {
  const mails = Array.from({ length: THREADS }, (_, i) => ({
    id: `m${i}@x.example`,
    subject: i === 0 ? 'odd' : 'even',
    text: 'common',
  }));
  const reply = { id: 'reply@x.example', subject: 'odd', headers: ['In-Reply-To: <m0@x.example>'] };
  place.write('list.mbox', mbox([...mails, reply]));
  site = await place.open({ list: { paths: ['list.mbox'] } });
  await site.update();
}, 120_000);
afterAll(() => place.remove());

it('a thread:{} that stands for more threads than the limit is refused by a sentence that says so', async () => {
  for (const query of ['thread:{common}', 'odd -thread:{common}', 'thread:{subject:odd thread:{common}}']) {
    await expect(site.count(query)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: expect.stringMatching(/^More than 50,000 threads hold a match of .*"common".*: narrow/),
    });
  }
});

it('as many as the limit are found', async () => {
  expect((await site.count('thread:{common -subject:odd}')).count).toBe(THREADS - 1);
  expect((await site.count('thread:{subject:odd}')).count).toBe(2);
  const { total, hits } = await site.search('thread:{common -subject:odd} OR odd', {
    limit: 3,
    sort: 'oldest',
  });
  expect({ total, shown: hits.length }).toEqual({ total: THREADS + 1, shown: 3 });
});

it('one hit a thread has no such limit', async () => {
  const { total, totalThreads, hits } = await site.search('*', {
    threads: true,
    limit: 10,
    highlight: false,
  });
  expect({ total, totalThreads, shown: hits.length }).toEqual({
    total: THREADS + 1,
    totalThreads: THREADS,
    shown: 10,
  });
  let streamed = 0;
  for await (const { thread } of site.stream('*', { threads: true, highlight: false }))
    streamed += thread.matched ?? 0;
  expect(streamed).toBe(THREADS + 1);
});
