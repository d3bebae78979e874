import { gzipSync } from 'node:zlib';
import type { SearchOptions, Site } from '@hayrick/core';
import { HayrickError } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mail, mbox, onDay } from '../e2e/site.ts';
import { names, SearchSite } from './search-site.ts';

const CROSSPOST: Mail = {
  id: 'both@x.example',
  subject: 'Invitation',
  date: onDay(4),
  text: 'Quince jelly for all.',
};
const GARDEN: readonly Mail[] = [
  { id: 'g1@x.example', subject: 'Scythes', date: onDay(1), text: 'A scythe and a whetstone.' },
  {
    id: 'g2@x.example',
    subject: 'Re: Scythes',
    date: onDay(2),
    from: 'Bob <bob@x.example>',
    text: 'Blunt.\n\n> A scythe and a whetstone.',
    headers: ['In-Reply-To: <g1@x.example>', 'References: <g1@x.example> <s1@x.example>'],
  },
  CROSSPOST,
  { id: 'twin@x.example', subject: 'Twin', date: onDay(6), text: 'The twin that all may read.' },
];
/** Another mail under the same Message-ID, a private copy of a public one, and mail that names what only it holds. */
const GARDEN_BOARD: readonly Mail[] = [
  { ...CROSSPOST, headers: ['X-Private: vault'] },
  {
    id: 's1@x.example',
    subject: 'Escrow',
    date: onDay(3),
    from: 'Sue <sue@secret.example>',
    text: 'The escrow of the scythe.',
  },
  { id: 'twin@x.example', subject: 'Twin', date: onDay(5), text: 'The twin of the board.' },
];
const BOARD: readonly Mail[] = [
  { ...CROSSPOST, headers: ['X-Private: cellar'] },
  { id: 'b1@x.example', subject: 'Ledger', date: onDay(7), text: 'The ledger of the scythe.' },
];

const garden = { paths: ['garden.mbox.gz'], access: 'public', address: 'garden@lists.example' } as const;
const gardenBoard = { paths: ['garden-board.mbox'], readers: ['ann'], address: 'garden-board@lists.example' };
const board = { paths: ['board.mbox'], readers: ['bob', 'cid'], address: 'board@lists.example' };
/** What stands first is private, and its copies can be sought, which makes them the better ones to read. */
const ALL = { board, 'garden-board': gardenBoard, garden };

const QUERIES = [
  '*',
  'scythe',
  'escrow',
  'ledger',
  'vault OR cellar',
  'NOT escrow',
  'NOT scythe',
  'quince',
  'twin',
  'sue@secret.example',
  'from:sue@secret.example',
  'from:@secret.example',
  'from:bob',
  'mid:s1@x.example',
  'mid:twin@x.example',
  'mid:s*',
  'refs:s1@x.example',
  'list:garden-board',
  'list:garden-board@lists.example',
  'list:garden',
  'list:garden*',
  'list:*board*',
  'list:board@lists.example',
  'l:board',
  'l:garden',
  'l:ledger',
  'list:no-such-list',
  'escrow OR list:board',
  'date:2020-01-03',
  'date:2020-01-05..2020-01-07',
  'esc*',
  'subject:ledger',
  'is:reply',
  'bogus:escrow',
  'thread:g1@x.example',
  'thread:s1@x.example',
  'thread:twin@x.example',
  'thread:{escrow} -escrow',
  'thread:{list:board} OR thread:{blunt}',
  '-thread:{ledger}',
];

const site = new SearchSite();
let whole: Site;
const reduced = new Map<string, Site>();

beforeAll(async () => {
  site.write('garden.mbox.gz', gzipSync(mbox(GARDEN)));
  site.write('garden-board.mbox', mbox(GARDEN_BOARD));
  site.write('board.mbox', mbox(BOARD));
  whole = await site.open(ALL);
  await whole.update();
  // Sites that hold what one may read and nothing else: what they answer is the truth.
  for (const [who, archives] of [
    ['public', { garden }],
    ['ann', { 'garden-board': gardenBoard, garden }],
    ['bob', { board, garden }],
  ] as const) {
    const alone = await site.open(archives, {}, `only-${who}`);
    await alone.update();
    reduced.set(who, alone);
  }
});
afterAll(() => site.remove());

/** What comes of asking, an error's code and text included, without what may differ: time, the state in a cursor. */
async function told(work: () => Promise<unknown>): Promise<unknown> {
  try {
    return strip(await work());
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    return { code: error.code, message: error.message };
  }
}

function strip(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value, (key, inner) => (key === 'tookMs' ? undefined : inner)));
}

describe.each(['public', 'ann', 'bob'])('for %s it is as if the rest were not there:', (as) => {
  const alike = async (ask: (site: Site) => Promise<unknown>) => {
    const alone = reduced.get(as);
    if (alone === undefined) throw new TypeError(as);
    expect(await told(() => ask(whole))).toEqual(await told(() => ask(alone)));
  };

  it.each(QUERIES)('search, stream, count, explain %s', async (query) => {
    for (const sort of ['newest', 'oldest'] as const) {
      await alike((s) => s.search(query, { as, sort }));
      await alike((s) => s.search(query, { as, sort, limit: 2 }));
      await alike((s) => s.search(query, { as, sort, limit: 1, offset: 1 }));
      await alike((s) => Array.fromAsync(s.stream(query, { as, sort })));
    }
    await alike(async (s) => names(await s.search(query, { as, sort: 'relevance' })).toSorted());
    await alike((s) => s.count(query, { as }));
    await alike((s) => s.explain(query, { as }));
    await alike((s) => s.search(query, { as, sort: 'newest', strict: true }));
  });

  it.each(['garden', 'garden-board', 'board', 'no-such-list', 'constructor', '__proto__'])(
    'the archive %s by option',
    async (archive) => {
      const options: SearchOptions = { as, archives: [archive], sort: 'newest' };
      await alike((s) => s.search('', options));
      await alike((s) => s.search('scythe', options));
      await alike((s) => s.search('', { ...options, archives: ['garden', archive] }));
      await alike((s) => s.count('', options));
      await alike((s) => Array.fromAsync(s.stream('', options)));
      await alike((s) => s.explain('scythe', options));
    },
  );

  it.each(['g1', 's1', 'b1', 'both', 'twin', 'nobody'])(
    'show and explain of the message %s',
    async (name) => {
      const named = [`${name}@x.example`, `<${name}@x.example>`];
      // By id too, as everyone can work it out who has the mail.
      const everywhere = await whole.search(`mid:${name}@x.example`);
      for (const message of [...named, ...everywhere.hits.map((hit) => hit.id)]) {
        await alike((s) => s.show(message, { as }));
        await alike((s) => s.explain('scythe', { as, for: message }));
        await alike((s) => s.explain('NOT scythe', { as, for: message }));
      }
    },
  );

  it('pages by cursor are of what may be read', async () => {
    await alike(async (s) => {
      const first = await s.search('*', { as, sort: 'newest', limit: 2 });
      const second = await s.search('*', { as, sort: 'newest', limit: 2, after: first.next ?? '' });
      return [first, second];
    });
  });

  it('a cursor that one of more rights was given leads to nothing more', async () => {
    const { next } = await whole.search('*', { sort: 'newest', limit: 1 });
    const theirs = await whole.search('*', { as, sort: 'newest', after: next ?? '' });
    const own = await whole.search('*', { as, sort: 'newest' });
    expect(own.hits).toEqual(expect.arrayContaining([...theirs.hits]));
    expect(own.total).toBe(theirs.total);
  });

  it('no score and no statistics', async () => {
    const { hits, sort } = await whole.search('scythe', { as });
    expect(sort).toBe('relevance');
    expect(hits.map((hit) => hit.score)).toEqual(hits.map(() => null));
    const explained = await whole.explain('scythe blunt', { as });
    expect(explained.parts.map((part) => part.matches)).toEqual(explained.parts.map(() => null));
    expect(explained).toMatchObject({ examined: null, engine: null });
  });

  it('a cursor tells nothing of how much is written', async () => {
    const { next } = await whole.search('scythe OR twin', { as, limit: 1 });
    const [hash, offset, state] = JSON.parse(Buffer.from(next ?? '', 'base64url').toString()) as unknown[];
    expect([hash, state]).toEqual([
      expect.stringMatching(/^[\w-]{12}$/),
      expect.stringMatching(/^[\w-]{12}$/),
    ]);
    expect(offset).toBe(1);
  });
});

describe('what is shown comes from a place that may be read', () => {
  it.each<[string, readonly string[], string | null]>([
    ['public', ['garden'], null],
    ['ann', ['garden', 'garden-board'], 'vault'],
    ['bob', ['board', 'garden'], 'cellar'],
    ['all', ['board', 'garden', 'garden-board'], 'cellar'],
  ])('to %s', async (as, archives, secret) => {
    const [shown] = await whole.show('both@x.example', { as, raw: true });
    expect(shown?.archives).toEqual(archives);
    expect(shown?.places.map((place) => place.archive).toSorted()).toEqual([...archives].sort());
    expect(/X-Private: (\w+)/.exec(Buffer.from(shown?.raw ?? []).toString())?.[1] ?? null).toBe(secret);
    const { hits } = await whole.search('quince', { as });
    expect(hits.map((hit) => [hit.archives, hit.snippet?.filter((p) => p.match).map((p) => p.text)])).toEqual(
      [[archives, ['Quince']]],
    );
  });

  it('a snippet is not taken from a copy that may not be read when the readable one is gone', async () => {
    site.write('open.mbox', mbox([CROSSPOST]));
    const open = { paths: ['open.mbox'], access: 'public' } as const;
    const other = await site.open({ board, open }, {}, 'other');
    await other.update();
    site.write('open.mbox', '');
    const { hits } = await other.search('quince', { as: 'public' });
    expect(hits).toMatchObject([{ archives: ['open'], snippet: null }]);
    await expect(other.show('both@x.example', { as: 'public' })).rejects.toMatchObject({
      code: 'SOURCE_CHANGED',
    });
    expect((await other.show('both@x.example')).map((shown) => shown.archives)).toEqual([['board', 'open']]);
  });
});

describe('rights are those of the settings as they are now', () => {
  it('an archive that is made public is public, and private again', async () => {
    const opened = await site.open({ ...ALL, board: { ...board, access: 'public' } });
    expect(names(await opened.search('ledger', { as: 'public' }))).toEqual(['b1']);
    expect(names(await whole.search('ledger', { as: 'public' }))).toEqual([]);
  });

  it('a reader is let in and put out', async () => {
    const letIn = await site.open({ ...ALL, board: { ...board, readers: ['ann'] } });
    expect(await letIn.count('ledger', { as: 'ann' })).toMatchObject({ count: 1 });
    await expect(letIn.count('ledger', { as: 'bob' })).rejects.toMatchObject({ code: 'READER_UNKNOWN' });
  });

  it('an archive that is gone from the settings is readable by nobody', async () => {
    const without = await site.open({ garden, 'garden-board': gardenBoard });
    for (const as of ['all', 'public', 'ann']) {
      expect(await without.count('ledger', { as })).toMatchObject({ count: 0 });
      await expect(without.show('b1@x.example', { as })).rejects.toMatchObject({ code: 'MESSAGE_UNKNOWN' });
      const both = await without.search('quince', { as });
      expect(both.hits.flatMap((hit) => hit.archives)).not.toContain('board');
    }
  });

  it('a name in no archive is refused, whatever it is', async () => {
    for (const as of ['nobody', '', 'ALL', 'constructor', 'ann ']) {
      await expect(whole.search('*', { as }), as).rejects.toMatchObject({ code: 'READER_UNKNOWN' });
    }
  });
});

it('scores and statistics are for all', async () => {
  const { hits } = await whole.search('scythe');
  expect(hits.length).toBeGreaterThan(2);
  for (const hit of hits) expect(hit.score).toBeTypeOf('number');
  const { examined, parts, engine } = await whole.explain('scythe whetstone');
  expect({ examined, parts: parts.map((part) => part.matches) }).toEqual({ examined: 2, parts: [4, 2] });
  expect(engine).toContain('MATCH');
});
