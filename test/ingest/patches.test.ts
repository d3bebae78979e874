import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SearchOptions, SettingsInput, Site } from '@hayrick/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';

function patch(name: string, before: string, after: string): string {
  return [
    'Mend it.',
    '---',
    `diff --git a/src/${name} b/src/${name}`,
    'index 0123abcd..89abcdef 100644',
    `--- a/src/${name}`,
    `+++ b/src/${name}`,
    '@@ -1,2 +1,2 @@ int main(void)',
    ' stays',
    `-${before}`,
    `+${after}`,
    '-- ',
    '2.30',
  ].join('\n');
}

const BOTH = { id: 'both@example.org', text: patch('both.c', 'oak', 'elm') };
const CODE = mbox([{ id: 'c1@example.org', text: patch('mower.c', 'scythe', 'sickle') }, BOTH]);
const TALK = mbox([{ id: 't1@example.org', text: patch('rake.c', 'wood', 'iron') }, BOTH]);

let directory: string;
let open: Site | null = null;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'hayrick-patches-'));
  mkdirSync(join(directory, 'mail'));
  writeFileSync(join(directory, 'mail/code.mbox'), CODE);
  writeFileSync(join(directory, 'mail/talk.mbox'), TALK);
});
afterEach(async () => {
  await open?.close();
  open = null;
  rmSync(directory, { recursive: true, force: true });
});

/** The same data, the fields of patches indexed of these archives. Code is private, talk is public. */
async function withPatches(...archives: readonly string[]): Promise<Site> {
  await open?.close();
  const settings: SettingsInput = {
    dataDir: 'data',
    archives: {
      code: { paths: ['mail/code.mbox'], patches: archives.includes('code'), readers: ['ann'] },
      talk: { paths: ['mail/talk.mbox'], patches: archives.includes('talk'), access: 'public' },
    },
    connections: { default: { engine: 'sqlite' }, ram: { engine: 'memory' } },
  };
  open = await openSiteAt(settings, directory);
  return open;
}

async function ids(site: Site, query: string, options: SearchOptions = {}): Promise<string[]> {
  const { hits } = await site.search(query, options);
  return hits.map(({ messageId }) => messageId.replace('@example.org', '')).sort();
}

describe('the setting `patches`', () => {
  it('is followed by an update, which gives the engines the messages of that archive and no others', async () => {
    let site = await withPatches();
    await site.update();
    expect(await ids(site, 'dfb:elm')).toEqual([]);

    site = await withPatches('code');
    const { connections } = await site.update();
    expect(connections).toMatchObject({ default: { added: 0, updated: 2 }, ram: { added: 0, updated: 2 } });
    for (const using of ['default', 'ram']) {
      expect(await ids(site, 'dfb:elm', { using })).toEqual(['both']);
      expect(await ids(site, 'dfn:src', { using })).toEqual(['both', 'c1']);
      expect(await ids(site, 'dfa:scythe dfhh:main dfctx:stays', { using })).toEqual(['c1']);
      expect(await ids(site, 'dfpost:89abcde', { using })).toEqual(['both', 'c1']);
      expect(await ids(site, `dfblob:${'89abcdef'.padEnd(40, '0')}`, { using })).toEqual(['both', 'c1']);
      expect(await ids(site, 'dfb:iron OR dfa:elm', { using })).toEqual([]);
    }
    expect((await site.update()).connections).toMatchObject({ default: { updated: 0 }, ram: { updated: 0 } });

    site = await withPatches('talk');
    await site.update();
    expect(await ids(site, 'dfn:src')).toEqual(['both', 't1']);
    site = await withPatches();
    expect((await site.update()).connections).toMatchObject({ default: { updated: 2 } });
    expect(await ids(site, 'dfn:src')).toEqual([]);
  });

  it('is followed by queries at once where it is taken back', async () => {
    await (await withPatches('code', 'talk')).update();
    const site = await withPatches('talk');
    expect(await ids(site, 'dfn:src')).toEqual(['both', 't1']);
  });

  it('has its words marked in what is shown', async () => {
    const site = await withPatches('code');
    await site.update();
    const [hit] = (await site.search('dfb:sickle')).hits;
    expect(hit?.snippet?.filter(({ match }) => match).map(({ text }) => text)).toEqual(['sickle']);
  });
});

describe('who may not read an archive with patches', () => {
  it('finds nothing by them, not even in messages that stand in another one', async () => {
    const site = await withPatches('code');
    await site.update();
    expect(await ids(site, 'elm', { as: 'public' })).toEqual(['both']);
    for (const query of ['dfb:elm', 'dfpost:89abcde', 'thread:{dfb:elm}', 'patchid:*']) {
      expect(await ids(site, query, { as: 'public' }), query).toEqual([]);
      expect((await ids(site, query)).length, query).toBeGreaterThan(0);
    }
    const answer = await site.search('dfb:elm', { as: 'public' });
    expect(answer.problems).toEqual([
      expect.objectContaining({ message: expect.stringContaining('patches') }),
    ]);
    expect((await site.search('dfb:elm', { as: 'ann' })).problems).toEqual([]);
  });
});
