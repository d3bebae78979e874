import type { Site } from '@hayrick/core';
import type { BackendModule } from '@hayrick/core/backend';
import { backend as sqlite } from '@hayrick/sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mail, mbox, onDay } from '../e2e/site.ts';
import { openSiteAt } from '../site-at.ts';
import { names, OPEN_AND_CLOSED, SearchSite } from './search-site.ts';

const mail = (id: string, day: number, more: Partial<Mail>): Mail => ({
  id: `${id}@x.example`,
  date: onDay(day),
  text: 'Hay.\n',
  ...more,
});
const OPEN: readonly Mail[] = [
  mail('a1', 1, { subject: '[PATCH v2] ext4: mow', from: 'Ann Smith <ann@x.example>' }),
  mail('a2', 2, { subject: 'Re: [PATCH v2] ext4: mow', from: 'bob@y.example', text: 'A scythe.\n' }),
  mail('a3', 3, { subject: 'EXT3 and café', from: 'Zoë <zoe@x.example>' }),
  mail('a4', 4, { subject: '', from: 'bob@y.example', text: 'A scythe and a rake.\n' }),
];
const CLOSED: readonly Mail[] = [
  mail('p1', 5, { subject: 'ext4 in secret', from: 'Eve <eve@z.example>', text: 'A scythe.\n' }),
];

const place = new SearchSite();
let site: Site;
beforeAll(async () => {
  place.write('open.mbox', mbox(OPEN));
  place.write('closed.mbox', mbox(CLOSED));
  site = await place.open(OPEN_AND_CLOSED, {
    connections: { default: { engine: 'sqlite' }, ram: { engine: 'memory' } },
  });
  await site.update();
});
afterAll(() => place.remove());

const found = async (query: string, using = 'default', as = 'all'): Promise<string> =>
  names(await site.search(query, { using, as, sort: 'oldest', highlight: false })).join(' ');

describe.each(['default', 'ram'])('in the connection %s', (using) => {
  it.each<[query: string, all: string, open: string]>([
    ['subject:/ext[34]/', 'a1 a2 a3 p1', 'a1 a2 a3'],
    ['subject:/^\\[patch/', 'a1', 'a1'],
    ['subject:/^$/', 'a4', 'a4'],
    ['subject:/CAFE\u0301$/', 'a3', 'a3'],
    ['s:/mow/ scythe', 'a2', 'a2'],
    ['from:/^ann/', 'a1', 'a1'],
    ['from:/smith <ann@/', 'a1', 'a1'],
    ['from:/@[xz]\\.example$/', 'a1 a3 p1', 'a1 a3'],
    ['mid:/^[a-c][12]@/', 'a1 a2', 'a1 a2'],
    ['mid:/</', '', ''],
    ['-subject:/ext/', 'a4', 'a4'],
    ['-subject:/ext/ OR secret', 'a4 p1', 'a4'],
    ['scythe -subject:/^re:/', 'a4 p1', 'a4'],
    ['scythe (subject:/^re:/ OR from:/bob/)', 'a2 a4', 'a2 a4'],
    ['subject:/ext/ -(subject:/patch/ from:/bob/)', 'a1 a3 p1', 'a1 a3'],
    ['subject:/ext/ subject:/secret/', 'p1', ''],
    ['thread:{subject:/secret/}', 'p1', ''],
    ['thread:{subject:/cafe|café/} ext3', 'a3', 'a3'],
    ['filename:/./', '', ''],
    ['nothing subject:/ext/', '', ''],
    // Without a name of its own what stands between slashes is text.
    ['subject:(/mow$/ | /secret/)', 'a1 a2 p1', 'a1 a2'],
  ])('%s: %s; to the public %s', async (query, all, open) => {
    expect(await found(query, using)).toBe(all);
    expect(await found(query, using, 'public')).toBe(open);
    const { count } = await site.count(query, { using, as: 'public' });
    expect(count).toBe(open === '' ? 0 : open.split(' ').length);
  });
});

it('explains what was asked for, what matches, and what was looked at', async () => {
  const explained = await site.explain('scythe subject:/^re/');
  expect(explained.normalForm).toMatch(/\(regex 1 subject "\^re"\)\)$/);
  expect(explained.parts).toContainEqual({ part: '(regex 1 subject "^re")', matches: 1 });
  // Three have the word; of those the subjects were tried. The one that is left is looked at again.
  expect(explained.examined).toBeLessThanOrEqual(3 + 3 + 1);
  const told = await site.explain('subject:/secret/', { as: 'public' });
  expect(told).toMatchObject({ normalForm: 'none', examined: null });
});

it('refuses what cannot be read where it is asked to be strict', async () => {
  const answer = await site.search('subject:/(ext/ scythe', { highlight: false });
  expect(answer.problems).toMatchObject([{ at: 0, length: 14 }]);
  await expect(site.search('subject:/(ext/', { strict: true })).rejects.toMatchObject({
    code: 'QUERY_INVALID',
  });
});

it('is refused by an engine that does not declare it, before that is asked', async () => {
  const asked: string[] = [];
  const engine = notDeclaring(asked);
  const other = await place.open(OPEN_AND_CLOSED, { connections: { default: { engine } } }, 'other');
  await other.update();
  // A build is looked through before it is swapped in.
  asked.length = 0;
  await expect(other.search('thread:{scythe} subject:/ext/')).rejects.toMatchObject({
    code: 'QUERY_UNSUPPORTED',
    message: expect.stringContaining('does not support regular expressions'),
  });
  expect(asked).toEqual([]);
  expect((await other.count('scythe')).count).toBe(3);
  expect(asked).toEqual(['count']);
});

describe('time', () => {
  /** Of the longest subject that a message may have: minutes of work for a pattern of this kind. */
  const hostile = 'subject:/\\pL{990}\\pL{990}x/';

  async function longSubjects(data: string, sleep?: () => Promise<void>): Promise<Site> {
    const long = 'y'.repeat(200_000);
    place.write('long.mbox', mbox([1, 2, 3].map((day) => mail(`l${day}`, day, { subject: long }))));
    const list = { paths: ['long.mbox'] };
    const settings = { archives: { list }, connections: { default: { engine: 'sqlite' } }, dataDir: data };
    const opened = await openSiteAt(settings, place.path, sleep === undefined ? {} : { sleep });
    await opened.update();
    return opened;
  }

  it('is limited', async () => {
    const long = await longSubjects('limited', async () => {});
    await expect(long.count(hostile)).rejects.toMatchObject({
      code: 'QUERY_TOO_LARGE',
      message: expect.stringContaining('5 s'),
    });
    expect((await long.count('hay')).count).toBe(3);
    await long.close();
  });

  it('is given back when nobody waits any more, and others are answered meanwhile', async () => {
    const long = await longSubjects('given-back');
    const controller = new AbortController();
    const given = long.count(hostile, { signal: controller.signal });
    const refused = expect(given).rejects.toThrow('enough');
    expect((await long.count('subject:/yyy$/')).count).toBe(3);
    controller.abort(new Error('enough'));
    await refused;
    expect((await long.count('subject:/^y/')).count).toBe(3);
    await long.close();
  });
});

/** SQLite, as if it left regular expressions out, telling what it is asked. */
function notDeclaring(asked: string[]): BackendModule {
  return {
    ...sqlite,
    open: async (context) => {
      const backend = await sqlite.open(context);
      return {
        ...backend,
        supports: { ...backend.supports, regex: false },
        reader: async (generation) => {
          const reader = await backend.reader(generation);
          return {
            ...reader,
            search: (...args) => {
              asked.push('search');
              return reader.search(...args);
            },
            count: (...args) => {
              asked.push('count');
              return reader.count(...args);
            },
          };
        },
      };
    },
  };
}
