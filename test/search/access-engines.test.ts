import { HayrickError, type SearchOptions, type Site } from '@hayrick/core';
import type { Access, GenerationReader } from '@hayrick/core/backend';
import { afterAll, beforeAll, describe, expect, expectTypeOf, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import type { TestEngine } from '../backends/engines-at.ts';
import { type Mail, mbox, onDay } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

// Lists whose names and addresses contain one another, in every engine: what one who may read some of them is told must be what a site tells that
// has no others.

const engines = await everyEngine('access to lists with similar names on Elasticsearch');

const mail = (id: string, day: number, subject: string, more: Partial<Mail> = {}): Mail => ({
  id: `${id}@x.example`,
  subject,
  date: onDay(day),
  text: `The word ${id} and a scythe.`,
  ...more,
});
const SHARED = mail('shared', 5, 'Shared scythe');
const LISTS = {
  garden: [
    mail('g1', 1, 'Scythes'),
    mail('g2', 4, 'Re: Scythes', { headers: ['References: <b1@x.example>'] }),
    SHARED,
  ],
  'garden-board': [mail('b1', 2, 'Escrow of scythes', { headers: ['References: <g1@x.example>'] }), SHARED],
  den: [mail('d1', 3, 'Scythe', { from: 'Gard <gard@garden.example>' }), mail('g1', 6, 'Another g1')],
  'den.garden': [mail('n1', 7, 'Grindstones', { from: 'Ann <ann@den.example>' })],
};
type List = keyof typeof LISTS;
const NAMES = ['garden', 'garden-board', 'den', 'den.garden'] as const;
const READERS: Readonly<Record<string, readonly List[]>> = {
  public: ['garden'],
  ann: ['garden', 'den'],
  bob: ['garden', 'den.garden', 'garden-board'],
};

const QUERIES = [
  '*',
  'scythe',
  'escrow OR grindstone*',
  'NOT scythes',
  'scythe -escrow',
  'esrcow~ OR escrow~2',
  '"scythe the"~8 OR "a scythe"',
  'list:garden',
  'list:garden*',
  'list:*garden',
  'list:*den*',
  'list:den',
  'list:garden@lists.example',
  'list:lists.example',
  'lid:*@lists.example',
  'l:garden',
  'l:board OR l:den',
  'from:garden.example',
  'from:@den.example',
  'from:@example',
  'from:gard',
  'mid:b*',
  'refs:b1@x.example',
  'thread:b1@x.example',
  'thread:{escrow}',
  'thread:{list:den} -l:den',
  'date:2020-01-03..',
];

const FACETS = ['archive', 'list', 'from', 'year', 'month', 'has', 'mime:1000'];

const place = new SearchSite();
const reduced = new Map<string, Site>();
let whole: Site;

function archivesOf(names: readonly List[]) {
  return Object.fromEntries(
    names.map((name) => {
      const readers = Object.keys(READERS).filter((who) => who !== 'public' && READERS[who]?.includes(name));
      const access = name === 'garden' ? ({ access: 'public' } as const) : {};
      return [name, { paths: [`${name}.mbox`], address: `${name}@lists.example`, readers, ...access }];
    }),
  );
}

function connectionsOf(data: string) {
  const settings = (engine: TestEngine) => ({
    engine: engine.module,
    ...engine.settings(`${place.path}/${data}`),
  });
  const [first, ...others] = engines;
  if (first === undefined) throw new TypeError('no engine');
  return {
    default: settings(first),
    ...Object.fromEntries(others.map((engine) => [engine.name, settings(engine)])),
  };
}

async function open(names: readonly List[], data: string): Promise<Site> {
  const site = await place.open(archivesOf(names), { connections: connectionsOf(data) }, data);
  expect((await site.update({ workers: 1 })).failures).toEqual([]);
  return site;
}

beforeAll(async () => {
  for (const name of NAMES) place.write(`${name}.mbox`, mbox(LISTS[name]));
  whole = await open(NAMES, 'whole');
  for (const [who, names] of Object.entries(READERS)) reduced.set(who, await open(names, `only-${who}`));
}, 120_000);
afterAll(async () => {
  await place.remove();
  for (const data of ['whole', ...Object.keys(READERS).map((who) => `only-${who}`)])
    for (const engine of engines) await engine.forget(`${place.path}/${data}`);
});

async function told(work: Promise<unknown>): Promise<unknown> {
  try {
    const text = JSON.stringify(await work, (key, value: unknown) => (key === 'tookMs' ? undefined : value));
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (!(error instanceof HayrickError)) throw error;
    return { code: error.code, message: error.message };
  }
}

const using = engines.map((engine, i) => [engine.name, i === 0 ? 'default' : engine.name] as const);

describe.each(using)('%s', (_, connection) => {
  it.each(Object.keys(READERS))('tells %s what there is to read, and of nothing else', async (as) => {
    const alone = reduced.get(as);
    if (alone === undefined) throw new TypeError(as);
    const alike = async (about: string, ask: (site: Site) => Promise<unknown>) =>
      expect(await told(ask(whole)), about).toEqual(await told(ask(alone)));
    for (const query of QUERIES) {
      const options: SearchOptions = { as, using: connection, highlight: false };
      await alike(query, (site) => site.search(query, { ...options, sort: 'oldest', facets: FACETS }));
      await alike(query, (site) => site.explain(query, { ...options, for: 'g2@x.example' }));
    }
    for (const query of QUERIES.slice(0, 6)) {
      const options: SearchOptions = { as, using: connection, highlight: false };
      await alike(query, (site) => site.search(query, { ...options, sort: 'newest', limit: 1, offset: 1 }));
      await alike(query, (site) => site.search(query, { ...options, sort: 'newest', threads: true }));
      await alike(query, (site) => site.count(query, options));
      await alike(query, async (site) => {
        const { hits } = await site.search(query, { ...options, sort: 'relevance' });
        return hits.map(({ id, score }) => `${id} ${score}`).sort();
      });
    }
  });

  it('a policy that is changed counts at once, without a word to the index', async () => {
    const ids = async (site: Site, as: string) =>
      (await site.search('*', { as, using: connection, sort: 'oldest', highlight: false })).hits.map(
        ({ messageId }) => messageId,
      );
    const before = await ids(whole, 'ann');
    const without = await place.open(
      {
        ...archivesOf(['garden', 'garden-board', 'den.garden']),
        den: { paths: ['den.mbox'], readers: ['bob'] },
      },
      { connections: connectionsOf('whole') },
      'whole',
    );
    expect(before).toContain('d1@x.example');
    expect(await ids(without, 'ann')).not.toContain('d1@x.example');
    expect(await ids(without, 'bob')).toContain('d1@x.example');
    expect(await ids(without, 'public')).toEqual(await ids(whole, 'public'));
    await without.close();
  });
});

it('what stands behind a search is read with the rights of the one who asks, not of the one who searched', async () => {
  const everything = await Array.fromAsync(whole.stream('*', { sort: 'oldest', highlight: false }));
  for (const as of Object.keys(READERS)) {
    const alone = reduced.get(as);
    if (alone === undefined) throw new TypeError(as);
    const mine = await Array.fromAsync(alone.stream('*', { sort: 'oldest', highlight: false }));
    const text = async (site: Site, hits: typeof mine) =>
      Buffer.concat(await Array.fromAsync(site.mbox(hits, { as }))).toString();
    expect(await text(whole, everything)).toBe(await text(alone, mine));
  }
});

it('a name that may not be read is answered like one that is not there, in the same words', async () => {
  const said = async (name: string, ask: (site: Site) => Promise<unknown>) =>
    JSON.stringify(await told(ask(whole))).replaceAll(name, 'NAME');
  const asks: readonly (readonly [
    hidden: string,
    absent: string,
    (site: Site, name: string) => Promise<unknown>,
  ])[] = [
    ['den.garden', 'nowhere-at-all', (site, name) => site.search('x', { as: 'ann', archives: [name] })],
    [
      'garden-board',
      'nowhere-at-all',
      (site, name) => site.count(`list:${name}`, { as: 'public', strict: true }),
    ],
    ['b1@x.example', 'zz@x.example', (site, name) => site.show(name, { as: 'ann' })],
    ['b1@x.example', 'zz@x.example', (site, name) => site.explain('x', { as: 'ann', for: name })],
    ['n1@x.example', 'zz@x.example', (site, name) => site.thread(name, { as: 'ann' })],
    ['n1@x.example', 'zz@x.example', (site, name) => site.count(`thread:${name}`, { as: 'ann' })],
    ['n1@x.example', 'zz@x.example', (site, name) => site.count(`mid:${name}`, { as: 'ann' })],
    ['n1@x.example', 'zz@x.example', (site, name) => Array.fromAsync(site.threadMbox(name, { as: 'ann' }))],
  ];
  for (const [hidden, absent, ask] of asks) {
    const answers = await Promise.all([hidden, absent].map((name) => said(name, (site) => ask(site, name))));
    expect(answers[0], `${hidden} ${ask}`).toBe(answers[1]);
    // To those who may read it, it is there.
    expect(await told(ask(whole, hidden))).not.toEqual(await told(ask(whole, absent)));
  }
});

type Reading = Required<Omit<GenerationReader, 'generation' | 'fingerprint' | 'state' | 'close'>>;
/** Parameters that must be given. */
type Given<T extends readonly unknown[]> = T extends readonly [infer First, ...infer Rest]
  ? [First, ...Given<Rest>]
  : [];
type Same<A, B> = [A, B] extends [B, A] ? (unknown extends A ? false : true) : false;
type Demands<T extends readonly unknown[]> = T extends [infer First, ...infer Rest]
  ? Same<First, Access> extends true
    ? true
    : Demands<Rest>
  : false;
type WithoutAccess = {
  [K in keyof Reading]: Demands<Given<Parameters<Reading[K]>>> extends true ? never : K;
}[keyof Reading];

it('the types demand the filter of every call that reads, and core the right of every site', async () => {
  expectTypeOf<WithoutAccess>().toEqualTypeOf<never>();
  expectTypeOf<Demands<Given<[query: string, access?: Access]>>>().toEqualTypeOf<false>();
  // Who says nothing may read everything; who says something must be known.
  for (const as of ['', 'den', 'ALL'])
    await expect(whole.count('*', { as })).rejects.toMatchObject({ code: 'READER_UNKNOWN' });
});
