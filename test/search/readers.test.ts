import { readdirSync, readlinkSync } from 'node:fs';
import type { Site } from '@hayrick/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

const mails = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    id: `m${i}@x.example`,
    subject: `Number ${i}`,
    date: `Wed, 01 Jan 2020 10:00:${String(i % 60).padStart(2, '0')} +0000`,
    text: `journal ${i}\n`,
  }));

describe('a search that is aborted', () => {
  const place = new SearchSite();
  let site: Site;
  beforeAll(async () => {
    place.write('list.mbox', mbox(mails(200)));
    site = await place.open({ list: { paths: ['list.mbox'] } });
    await site.update();
  });
  afterAll(() => place.remove());

  it('beforehand asks nothing', async () => {
    const signal = AbortSignal.abort(new RangeError('changed my mind'));
    await expect(site.search('journal', { signal })).rejects.toThrow(RangeError);
    await expect(site.count('journal', { signal })).rejects.toThrow(RangeError);
    await expect(Array.fromAsync(site.stream('journal', { signal }))).rejects.toThrow(RangeError);
    expect(await site.count('journal')).toMatchObject({ count: 200 });
  });

  it('on its way ends with its reason; the site answers on', async () => {
    for (let i = 0; i < 5; i++) {
      const given = new AbortController();
      const asked = site.count('journal', { signal: given.signal });
      given.abort(new RangeError(`changed my mind ${i}`));
      await expect(asked).rejects.toThrow(`changed my mind ${i}`);
      expect(await site.count('journal')).toMatchObject({ count: 200 });
    }
  });

  it('takes none of those with it that are asked at the same time', async () => {
    const asked = [];
    for (let i = 0; i < 20; i++) {
      const given = new AbortController();
      const aborted = site.search('journal', { signal: given.signal, highlight: false });
      asked.push(
        site.search('journal', { highlight: false }),
        site.count('journal'),
        Array.fromAsync(site.stream('journal', { highlight: false })),
        // It may have been answered before.
        aborted.then(
          (answer) => expect(answer.total).toBe(200),
          (error: unknown) => expect(String(error)).toMatch(/abort/i),
        ),
      );
      setImmediate(() => given.abort());
    }
    const answers = await Promise.all(asked);
    expect(answers.filter((answer) => Array.isArray(answer)).map((hits) => hits.length)).toEqual(
      Array.from({ length: 20 }, () => 200),
    );
  });

  it('may be a stream that is left halfway', async () => {
    const given = new AbortController();
    let seen = 0;
    const asked = (async () => {
      for await (const _ of site.stream('journal', { signal: given.signal, highlight: false })) {
        if (++seen === 3) given.abort();
      }
    })();
    // What was read already is given; the next page is not asked for.
    await asked.catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    expect(seen).toBeGreaterThanOrEqual(3);
    expect(await site.count('*')).toMatchObject({ count: 200 });
  });
});

describe('while generations come and go', () => {
  let place: SearchSite;
  let site: Site;
  beforeEach(async () => {
    place = new SearchSite();
    place.write('list.mbox', mbox(mails(1500)));
    site = await place.open({ list: { paths: ['list.mbox'] } });
    await site.update();
    return () => place.remove();
  });

  it('a stream stays with the generation it began with, also when that is dropped', async () => {
    const stream = site.stream('journal', { sort: 'oldest', highlight: false })[Symbol.asyncIterator]();
    const first = await stream.next();
    place.write('list.mbox', mbox(mails(1500).slice(0, 1)));
    await site.rebuild({ keep: 0 });
    await site.rebuild({ keep: 0 });
    expect((await site.info()).flatMap((info) => info.generations.map((g) => g.name))).toHaveLength(1);
    let seen = first.done === true ? 0 : 1;
    while ((await stream.next()).done !== true) seen++;
    expect(seen).toBe(1500);
  });

  it('searches under way finish, later ones see the new generation', async () => {
    place.write(
      'list.mbox',
      mbox([...mails(1500), { id: 'new@x.example', subject: 'new', date: '', text: 'journal' }]),
    );
    const during: Promise<number>[] = [];
    let done = false;
    const rebuilt = (async () => {
      await site.rebuild({ keep: 0 });
      await site.rebuild({ keep: 0 });
      done = true;
    })();
    while (!done) {
      during.push(site.search('journal', { highlight: false }).then((answer) => answer.total));
      await site.count('journal');
    }
    await rebuilt;
    const totals = new Set(await Promise.all(during));
    expect([...totals].every((total) => total === 1500 || total === 1501)).toBe(true);
    expect(await site.count('journal')).toMatchObject({ count: 1501 });
  });

  it('readers of dropped generations are closed once nobody uses them', async () => {
    await Promise.all([site.count('*'), site.count('journal'), site.search('journal')]);
    await site.rebuild({ keep: 0 });
    await Promise.all([site.count('*'), site.count('journal')]);
    expect(openIndexes().filter((path) => path.includes('deleted'))).toEqual([]);
    await site.close();
    expect(openIndexes()).toEqual([]);
  });

  /** Index files of this site that this process has open; Linux tells. */
  function openIndexes(): string[] {
    if (process.platform !== 'linux') return [];
    return readdirSync('/proc/self/fd').flatMap((descriptor) => {
      try {
        const path = readlinkSync(`/proc/self/fd/${descriptor}`);
        return path.startsWith(place.path) && path.includes('indexes') ? [path] : [];
      } catch {
        return [];
      }
    });
  }
});
