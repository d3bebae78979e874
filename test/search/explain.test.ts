import type { ExplainClause, Site } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { mbox } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { SearchSite } from './search-site.ts';

const place = new SearchSite();
let site: Site;

beforeAll(async () => {
  place.write(
    'garden.mbox',
    mbox([
      {
        id: 'g1@x.example',
        subject: 'Scythes in spring',
        from: 'Ann Archer <ann@x.example>',
        date: 'Wed, 1 Jan 2020 10:00:00 +0000',
        text: 'A scythe and a good old whetstone.',
      },
      {
        id: 'g2@x.example',
        subject: 'Re: Scythes in spring',
        from: 'Bob <bob@y.example>',
        date: 'Thu, 2 Jan 2020 10:00:00 +0000',
        text: 'The blade is blunt.\n\n> A scythe and a good old whetstone.',
        headers: ['In-Reply-To: <g1@x.example>'],
      },
      { id: 'g3@x.example', subject: 'Compost', date: 'Fri, 3 Jan 2020 10:00:00 +0000', text: 'It is warm.' },
    ]),
  );
  place.write(
    'board.mbox',
    mbox([
      {
        id: 'b1@x.example',
        subject: 'Money',
        date: 'Sat, 4 Jan 2020 10:00:00 +0000',
        text: 'A scythe fund.',
      },
    ]),
  );
  site = await place.open({
    garden: { paths: ['garden.mbox'], access: 'public' },
    board: { paths: ['board.mbox'], readers: ['ann'] },
  });
  await site.update();
});
afterAll(() => place.remove());

/** Each clause on a line: what it matches, its place and words, and below it those that it joins. */
function outline(clause: ExplainClause | null, depth = 0): string[] {
  if (clause === null) return [];
  const { kind, at, typed, matches, of } = clause;
  const head = kind === 'term' ? `${at} ${typed}` : kind;
  return [`${' '.repeat(depth)}${matches ?? '?'} ${head}`, ...of.flatMap((part) => outline(part, depth + 1))];
}

describe('the tree of a query', () => {
  it.each<[string, string[]]>([
    ['scythe', ['3 0 scythe']],
    ['', ['4 0 *']],
    ['+++', ['? 0 +++']],
    ['scythe whetstone', ['2 and', ' 3 0 scythe', ' 2 7 whetstone']],
    [
      'scythe (blunt OR from:zoe) -compost',
      ['1 and', ' 3 0 scythe', ' 1 or', '  1 8 blunt', '  0 17 from:zoe', ' 3 not', '  1 28 compost'],
    ],
    [
      'subject:(scythes OR re) ++ date:2020-01-02..',
      ['1 and', ' 2 or', '  2 9 scythes', '  1 20 re', ' ? 24 ++', ' 3 27 date:2020-01-02..'],
    ],
    ['thread:{blunt} whetstone', ['2 and', ' 2 thread', '  1 8 blunt', ' 2 15 whetstone']],
    // By itself a part finds what the rest of the query leaves out.
    ['compost subject:/scyth/', ['0 and', ' 1 0 compost', ' 2 8 subject:/scyth/']],
    ['“old whetstone”  subjet:x', ['0 and', ' 2 0 “old whetstone”', ' 0 17 subjet:x']],
  ])('%s', async (query, lines) => {
    const { tree } = await site.explain(query);
    expect(outline(tree)).toEqual(lines);
  });

  it('counts within the archives that were chosen', async () => {
    const { tree } = await site.explain('scythe', { archives: ['board'] });
    expect(tree).toMatchObject({ matches: 1 });
  });

  it('says what a term means, and nothing of one that was left out', async () => {
    const { tree } = await site.explain('s:scythes +++');
    expect(tree?.of.map(({ meaning }) => meaning)).toEqual(['(word (subject) "scyth")', null]);
  });
});

describe('of a message', () => {
  it.each<[query: string, message: string, matches: boolean, why: string]>([
    ['*', 'g1', true, 'every message does'],
    ['scythe', 'g1', true, 'stands in subject, own'],
    ['scythe', 'g2', true, 'stands in subject, quoted'],
    ['subject:whetstone', 'g1', false, 'no "whetston" in subject'],
    ['"old whetstone"', 'g2', true, 'stands in quoted'],
    ['own:"whetstone old"', 'g1', false, 'all its words stand in own, but nowhere one behind the other'],
    ['own:"old nail"', 'g1', false, 'no "nail" in own'],
    ['own:whet*', 'g1', true, 'stands in own'],
    ['own:nail*', 'g1', false, 'no "nail"* in own'],
    ['own:"whetstone old scythe"~3', 'g1', true, 'stands in own'],
    [
      'own:"whetstone scythe"~2',
      'g1',
      false,
      'all its words stand in own, but nowhere with at most 2 others between',
    ],
    ['own:whetstine~', 'g1', true, 'stands in own'],
    ['own:nightly~', 'g1', false, 'no word like "nightli" in own'],
    ['from:ann@x.example', 'g1', true, 'from is "ann@x.example": it is from "ann@x.example"'],
    ['from:@y.example', 'g1', false, 'from is not "@y.example": it is from "ann@x.example"'],
    ['a:bob@y.example', 'g2', true, 'from is "bob@y.example": it is from "bob@y.example"'],
    ['mid:g*', 'g1', true, 'mid begins with "g": it bears "g1@x.example"'],
    ['mid:x*', 'g1', false, 'mid does not begin with "x": it bears "g1@x.example"'],
    ['is:reply', 'g1', false, 'has is not "reply"'],
    [
      'date:2020-01-01',
      'g1',
      true,
      'its date, 2020-01-01T10:00:00Z, lies in 2020-01-01T00:00:00Z..2020-01-01T23:59:59Z',
    ],
    ['after:2021', 'g1', false, 'its date, 2020-01-01T10:00:00Z, does not lie in 2021-01-01T00:00:00Z..'],
    ['list:board', 'g1', false, 'it is in garden'],
    ['list:no-such', 'g1', false, 'nothing can'],
    ['thread:g1@x.example', 'g2', true, 'it is in the thread of "g1@x.example"'],
    ['thread:{blunt}', 'g1', true, 'a message of its thread matches'],
    ['thread:{blunt}', 'g3', false, 'no message of its thread matches'],
    ['subject:/^scyth/', 'g1', true, 'subject is "Scythes in spring", which matches /^scyth/'],
    ['subject:/^scyth/', 'g2', false, 'subject is "Re: Scythes in spring", which does not match /^scyth/'],
    ['filename:/a/', 'g1', false, 'it has no filename, which does not match /a/'],
    ['scythe blunt', 'g1', false, '1 of these 2 must hold and do not'],
    ['scythe OR blunt', 'g1', true, '1 of these 2 hold'],
    ['nail OR blunt', 'g1', false, 'none of these holds'],
    ['-scythe', 'g1', false, 'this holds, and must not'],
    ['-scythe', 'g3', true, 'this does not hold'],
  ])('%s: %s %s', async (query, message, matches, why) => {
    const { tree } = await site.explain(query, { for: `${message}@x.example` });
    expect(tree?.message).toEqual({ matches, why });
  });

  it('its arrival and size are told to those who may read every copy', async () => {
    const of = async (as: string) => {
      const { tree } = await site.explain('size:>1M received:2019', { for: 'g1@x.example', as });
      return tree?.of.map((clause) => clause.message?.why);
    };
    expect(await of('all')).toEqual([
      expect.stringMatching(/^its size, \d+ bytes, does not lie in 1048576\.\.$/),
      expect.stringMatching(/^its arrival, 2020-01-31T12:00:00Z, does not lie in 2019/),
    ]);
    expect(await of('public')).toEqual([
      'its size does not lie in 1048576..',
      'its received does not lie in 2019-01-01T00:00:00Z..2019-12-31T23:59:59Z',
    ]);
  });

  it('every verdict is that of the search', async () => {
    const queries = [
      '*',
      'scythe -blunt',
      'NOT (scythe blunt)',
      'from:ann OR subject:/^re/',
      '-thread:{blunt} OR date:2020-01-02',
      '-(own:"good old" OR list:board) scythe*',
      '+++ -compost',
      '"a whetstone"~1 OR wram~',
    ];
    for (const query of queries) {
      const found = (await site.search(query)).hits.map(({ messageId }) => messageId);
      for (const message of ['g1', 'g2', 'g3', 'b1'].map((name) => `${name}@x.example`)) {
        const answer = await site.explain(query, { for: message });
        const { tree, message: whole } = answer;
        const verdicts = [tree?.message?.matches, whole?.matches];
        expect(verdicts, `${query} ${message}`).toEqual([found.includes(message), found.includes(message)]);
      }
      const { tree } = await site.explain(query);
      expect(tree?.matches, query).toBe(found.length);
    }
  });

  it('that may not be read is answered like one that is not there', async () => {
    const told = (name: string) =>
      site.explain('scythe', { for: `${name}@x.example`, as: 'public' }).catch((error: unknown) => {
        return String(error).replaceAll(name, 'NAME');
      });
    expect(await told('b1')).toBe(await told('zz'));
    const { tree } = await site.explain('scythe OR list:board', { as: 'public', for: 'g1@x.example' });
    expect(outline(tree)).toEqual(['? or', ' ? 0 scythe', ' ? 10 list:board']);
    expect(JSON.stringify(tree)).not.toMatch(/archives "board/);
  });
});

it('a part that by itself would take too long is told without a number', async () => {
  let asked = 0;
  // The query itself has all the time there is; its parts have none.
  const sleep = (_: number, signal?: AbortSignal): Promise<void> =>
    ++asked === 1
      ? new Promise((resolve) => signal?.addEventListener('abort', () => resolve()))
      : Promise.resolve();
  const settings = {
    archives: { garden: { paths: ['garden.mbox'] } },
    connections: { default: { engine: 'memory' } },
  };
  const hurried = await openSiteAt({ ...settings, dataDir: 'hurried' }, place.path, { sleep });
  await hurried.update();
  const { tree } = await hurried.explain('mid:g1@x.example -subject:/re:/');
  expect(outline(tree)).toEqual(['? and', ' 1 0 mid:g1@x.example', ' ? not', '  ? 18 subject:/re:/']);
  await hurried.close();
});
