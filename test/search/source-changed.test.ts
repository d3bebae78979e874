import { gzipSync } from 'node:zlib';
import type { Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

const mails = Array.from({ length: 12 }, (_, i) => ({
  id: `m${i}@x.example`,
  subject: `Number ${i}`,
  // Longer and shorter ones, far apart in the file.
  text: `journal of ${'abcdefghijkl'[i]?.repeat(4)}.\n${`filler ${i}\n`.repeat(i % 3 === 0 ? 9000 : 10)}`,
}));
const BOX = mbox(mails);

describe.each([
  ['plain', (text: string): string | Buffer => text],
  ['packed', (text: string): string | Buffer => gzipSync(text)],
])('a %s source', (_, pack) => {
  let place: SearchSite;
  let site: Site;
  beforeEach(async () => {
    place = new SearchSite();
    place.write('list.mbox', pack(BOX));
    site = await place.open({ list: { paths: ['list.mbox'] } });
    await site.update();
  });
  afterEach(() => place.remove());

  it('as it was indexed: every hit has the beginning of its own text', async () => {
    const { hits } = await site.search('journal', { sort: 'oldest' });
    expect(hits).toHaveLength(12);
    for (const hit of hits) {
      const index = Number(/\d+/.exec(hit.messageId)?.[0]);
      const text = hit.snippet?.map((piece) => piece.text).join('') ?? '';
      expect(text, hit.messageId).toMatch(
        new RegExp(`^journal of ${'abcdefghijkl'[index]?.repeat(4)}\\. filler ${index}`),
      );
    }
  });

  it('also where only messages far apart are read', async () => {
    const { hits } = await site.search('journal NOT subject:0 NOT subject:3 NOT subject:6 NOT subject:9');
    expect(hits).toHaveLength(8);
    for (const { messageId, snippet } of hits) {
      const index = Number(/\d+/.exec(messageId)?.[0]);
      expect(snippet?.map((piece) => piece.text).join(''), messageId).toContain(
        'abcdefghijkl'[index]?.repeat(4),
      );
    }
  });

  it.each<[string, string]>([
    ['one message was written over', BOX.replace('dddd', 'DDdD')],
    ['everything moved', `From x@x.example Wed Jan  1 10:00:00 2020\nSubject: new\n\nx\n\n${BOX}`],
    ['it was cut short', BOX.slice(0, 40_000)],
    ['it is empty', ''],
  ])('where %s, what changed comes without a snippet and is not shown', async (_what, content) => {
    place.write('list.mbox', pack(content));
    const { hits, total } = await site.search('journal', { sort: 'oldest' });
    expect(total).toBe(12);
    let lost = 0;
    for (const { messageId, snippet, subject } of hits) {
      const index = Number(/\d+/.exec(messageId)?.[0]);
      expect(subject).toBe(`Number ${index}`);
      if (snippet === null) {
        lost++;
        await expect(site.show(messageId), messageId).rejects.toMatchObject({ code: 'SOURCE_CHANGED' });
        await expect(site.show(messageId), messageId).rejects.toThrow(/update_index/);
      } else {
        expect(snippet.map((piece) => piece.text).join('')).toContain('abcdefghijkl'[index]?.repeat(4));
        await expect(site.show(messageId)).resolves.toMatchObject([{ messageId }]);
      }
    }
    expect(lost).toBeGreaterThan(0);
  });

  it('that is gone: hits without snippets, and show names the file', async () => {
    place.delete('list.mbox');
    const { hits } = await site.search('journal');
    expect(hits.map((hit) => hit.snippet)).toEqual(hits.map(() => null));
    const shown = site.show('m1@x.example');
    await expect(shown).rejects.toMatchObject({ code: 'SOURCE_MISSING' });
    await expect(shown).rejects.toThrow(/list\.mbox/);
  });
});
