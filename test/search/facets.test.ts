import type { FacetAsked, SearchOptions, Site } from '@hayrick/core';
import { backend } from '@hayrick/memory';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { type Mail, mbox, onDay } from '../e2e/site.ts';
import { SearchSite } from './search-site.ts';

const engines = await everyEngine('facets on Elasticsearch');

const mail = (id: string, day: number, from: string, headers: readonly string[] = []): Mail => ({
  id: `${id}@x.example`,
  from,
  subject: 'On scythes',
  date: onDay(day),
  headers,
});
const BOTH = mail('both', 5, 'Ann <ANN@garden.example>', ['Bug: A-1']);
const GARDEN = [
  mail('g1', 1, 'Ann Archer <ann@garden.example>', ['Bug: A-1', 'Bug: b 2', 'Branch: main']),
  mail('g2', 2, 'Bob <bob@garden.example>', ['References: <g1@x.example>', 'Bug: B 2']),
  mail('g3', 3, 'bob@garden.example', ['Content-Type: TEXT/HTML']),
  BOTH,
];
const ARCHIVE = [BOTH, mail('a1', 4, 'nameless@garden.example'), mail('a2', 6, 'somebody')];
const STAFF = [
  mail('s1', 7, 'Ann Money <ann@garden.example>', ['Bug: S-1']),
  mail('s2', 8, 'Cid <cid@garden.example>'),
];

const place = new SearchSite();
let site: Site;

beforeAll(async () => {
  for (const [name, mails] of Object.entries({ garden: GARDEN, older: ARCHIVE, staff: STAFF }))
    place.write(`${name}.mbox`, mbox(mails));
  const [first, ...others] = engines.map(
    (engine) => [engine.name, { engine: engine.module, ...engine.settings(`${place.path}/data`) }] as const,
  );
  if (first === undefined) throw new TypeError('no engine');
  site = await place.open(
    {
      garden: { paths: ['garden.mbox'], address: 'Garden@Lists.example', access: 'public' },
      older: { paths: ['older.mbox'], address: 'garden@lists.example', access: 'public' },
      staff: { paths: ['staff.mbox'], readers: ['ann'] },
    },
    {
      connections: { default: first[1], ...Object.fromEntries(others) },
      search: { timeZone: 'Europe/Berlin' },
      fields: {
        bug: { header: 'Bug', kind: 'keyword', facet: true },
        branch: { header: 'Branch', kind: 'keyword', facet: false },
        votes: { header: 'Votes', kind: 'number' },
      },
    },
  );
  expect((await site.update({ workers: 1 })).failures).toEqual([]);
}, 120_000);
afterAll(async () => {
  await place.remove();
  for (const engine of engines) await engine.forget(`${place.path}/data`);
});

const using = engines.map((engine, i) => [engine.name, i === 0 ? 'default' : engine.name] as const);

describe.each(using)('%s', (_, connection) => {
  const ask = (facets: readonly FacetAsked[], options: SearchOptions = {}, query = '*') =>
    site.search(query, { as: 'public', using: connection, highlight: false, facets, ...options });

  it('counts all matches, whatever page is shown, and one in two archives of a list once', async () => {
    const facets = ['archive', 'list', 'has', 'bug', 'year', 'month', 'mime'];
    const answer = await ask(facets, { limit: 1, offset: 2 });
    expect(answer.hits).toHaveLength(1);
    expect(answer.total).toBe(6);
    expect(Object.keys(answer.facets)).toEqual(facets);
    expect(answer.facets).toEqual({
      archive: [
        { value: 'garden', count: 4 },
        { value: 'older', count: 3 },
      ],
      list: [{ value: 'garden@lists.example', count: 6 }],
      has: [
        { value: 'html', count: 1 },
        { value: 'reply', count: 1 },
      ],
      bug: [
        { value: 'a-1', count: 2 },
        { value: 'b 2', count: 2 },
      ],
      year: [{ value: '2020', count: 6 }],
      month: [{ value: '2020-01', count: 6 }],
      mime: [
        { value: 'text/plain', count: 5 },
        { value: 'text/html', count: 1 },
      ],
    });
    const threads = await ask(facets, { threads: true });
    expect(threads).toMatchObject({ total: 6, totalThreads: 5, facets: answer.facets });
    expect((await ask(['bug:1', 'list'], {}, 'nothingness')).facets).toEqual({ bug: [], list: [] });
    expect((await ask([{ field: 'bug', limit: 1 }, 'mime:1'], {}, 'list:garden -has:html')).facets).toEqual({
      bug: [{ value: 'a-1', count: 2 }],
      mime: [{ value: 'text/plain', count: 3 }],
    });
    expect((await ask([])).facets).toEqual({});
  });

  it('names senders as the newest of their messages that may be read and has a name', async () => {
    expect((await ask(['from'])).facets['from']).toEqual([
      { value: 'ann@garden.example', count: 2, label: 'Ann' },
      { value: 'bob@garden.example', count: 2, label: 'Bob' },
      { value: 'nameless@garden.example', count: 1, label: null },
    ]);
    const [ann, ...others] = (await ask(['from'], { as: 'ann' }, 'bug:a-1')).facets['from'] ?? [];
    expect(ann).toEqual({ value: 'ann@garden.example', count: 2, label: 'Ann Money' });
    expect(others).toEqual([]);
  });

  it('tells nobody of what may not be read', async () => {
    const all = JSON.stringify((await ask(['archive', 'list', 'from', 'bug'], { as: 'ann' })).facets);
    expect(all).toMatch(/staff.*cid@.*s-1/su);
    const some = JSON.stringify((await ask(['archive', 'list', 'from', 'bug'])).facets);
    expect(some).not.toMatch(/staff|cid|s-1|Money/su);
  });

  it('is the same for query sets', async () => {
    const messages = site.messages<{ bug: { kind: 'keyword' } }>({ as: 'public' }).using(connection);
    const set = messages.filter({ from: 'ann' }).orderBy('size').slice(1);
    expect(await set.facet('from', { field: 'bug', limit: 1 })).toEqual({
      from: [{ value: 'ann@garden.example', count: 2, label: 'Ann' }],
      bug: [{ value: 'a-1', count: 2 }],
    });
    expect(await messages.none().facet('list')).toEqual({ list: [] });
  });

  it.each<[asked: FacetAsked[], code: string, told: string]>([
    [['form'], 'FIELD_UNKNOWN', 'Did you mean "from"?'],
    [['subject'], 'FIELD_UNKNOWN', 'archive, from, year, month, mime, has, bug, list'],
    [['votes'], 'FIELD_UNKNOWN', 'There is no facet "votes"'],
    [['branch'], 'FIELD_UNKNOWN', 'There is no facet "branch"'],
    [['from:0'], 'ARGUMENT_INVALID', 'FIELD:N'],
    [['from:1001'], 'QUERY_TOO_LARGE', '1000'],
    [['from:x'], 'ARGUMENT_INVALID', 'FIELD:N'],
    [[{ field: 'from', limit: 1.5 }], 'ARGUMENT_INVALID', 'FIELD:N'],
    [['from', 'from:3'], 'ARGUMENT_INVALID', 'twice'],
  ])('refuses %j', async (asked, code, told) => {
    await expect(ask(asked)).rejects.toMatchObject({ code, message: expect.stringContaining(told) });
    const messages = site.messages({ as: 'public' }).using(connection);
    await expect(messages.facet(...(asked as 'from'[]))).rejects.toMatchObject({ code });
  });
});

it('an engine that does not count says so, and is never asked', async () => {
  let asked = 0;
  const module = {
    ...backend,
    open: async (context: Parameters<typeof backend.open>[0]) => {
      const opened = await backend.open(context);
      const { facets: _, ...supports } = opened.supports;
      return {
        ...opened,
        supports,
        reader: async (name: string) => {
          const reader = await opened.reader(name);
          const facets: typeof reader.facets = async () => {
            asked++;
            return [];
          };
          return { ...reader, facets };
        },
      };
    },
  };
  const archives = { garden: { paths: ['garden.mbox'] } };
  const without = await place.open(archives, { connections: { default: { engine: module } } }, 'without');
  await without.update({ workers: 1 });
  await expect(without.search('*', { facets: ['from'] })).rejects.toMatchObject({
    code: 'QUERY_UNSUPPORTED',
    message: expect.stringContaining('counts of values'),
  });
  expect(asked).toBe(0);
  expect((await without.search('*', { facets: [] })).facets).toEqual({});
});
