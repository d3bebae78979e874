import { fileURLToPath } from 'node:url';
import type { Site } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Mail, mbox, onDay } from '../e2e/site.ts';
import { names, OPEN_AND_CLOSED, SearchSite } from './search-site.ts';

const mail = (id: string, day: number, text: string, refs: readonly string[] = []): Mail => ({
  id: `${id}@x.example`,
  subject: `About ${id}`,
  date: onDay(day),
  text,
  ...(refs.length === 0
    ? {}
    : { headers: [`References: ${refs.map((ref) => `<${ref}@x.example>`).join(' ')}`] }),
});
/**
 * a1 ← a2, a1 ← p1 ← b1: only the private p1 links b1 with the others. c1 and c2 refer to a message that is nowhere; d1 stands alone; e1 has
 * the Message-ID of a private mail, to which p2 replies.
 */
const OPEN: readonly Mail[] = [
  mail('a1', 1, 'A scythe.'),
  mail('a2', 2, 'A whetstone.', ['a1']),
  mail('b1', 4, 'A hedgehog.', ['p1']),
  mail('c1', 5, 'Quince jelly.', ['gone']),
  mail('c2', 6, 'More jelly.', ['gone', 'lost']),
  mail('d1', 7, 'A scythe alone.'),
  mail('e1', 8, 'The twin.'),
];
const CLOSED: readonly Mail[] = [
  mail('p1', 3, 'The escrow.', ['a1']),
  mail('e1', 9, 'The other twin.'),
  mail('p2', 10, 'The ledger of the scythe.', ['e1']),
];

const place = new SearchSite();
let site: Site;
beforeAll(async () => {
  place.write('open.mbox', mbox(OPEN));
  place.write('closed.mbox', mbox(CLOSED));
  const files = fileURLToPath(new URL('../../examples/engine-files/engine.ts', import.meta.url));
  site = await place.open(OPEN_AND_CLOSED, {
    connections: { default: { engine: 'sqlite' }, ram: { engine: 'memory' }, files: { engine: files } },
  });
  await site.update();
});
afterAll(() => place.remove());

const found = async (query: string, as = 'all', archives?: readonly string[]): Promise<string> =>
  names(await site.search(query, { as, archives, sort: 'oldest', highlight: false })).join(' ');

describe('thread:', () => {
  it.each<[query: string, all: string, open: string]>([
    ['thread:a2@x.example', 'a1 a2 p1 b1', 'a1 a2'],
    ['thread:<a2@x.example>', 'a1 a2 p1 b1', 'a1 a2'],
    ['thread:"<a2@x.example>"', 'a1 a2 p1 b1', 'a1 a2'],
    ['thread:b1@x.example', 'a1 a2 p1 b1', 'b1'],
    // Missing for the public: only what refers to it tells of it.
    ['thread:p1@x.example', 'a1 a2 p1 b1', 'b1'],
    ['thread:gone@x.example', 'c1 c2', 'c1 c2'],
    ['thread:lost@x.example', 'c1 c2', 'c1 c2'],
    ['thread:p2@x.example', 'e1 e1 p2', ''],
    ['thread:e1@x.example', 'e1 e1 p2', 'e1'],
    ['thread:d1@x.example', 'd1', 'd1'],
    ['thread:nobody@x.example', '', ''],
    ['thread:A2@x.example', '', ''],
    ['thread:0123456789abcdef0123456789abcdef', '', ''],
    ['thread:a1@x.example hedgehog', 'b1', ''],
    ['thread:a1@x.example -hedgehog', 'a1 a2 p1', 'a1 a2'],
    ['-thread:a1@x.example scythe', 'd1 p2', 'd1'],
    ['thread:(a1@x.example OR d1@x.example)', 'a1 a2 p1 b1 d1', 'a1 a2 d1'],
    ['thread:{scythe}', 'a1 a2 p1 b1 d1 e1 e1 p2', 'a1 a2 d1'],
    ['thread:{hedgehog}', 'a1 a2 p1 b1', 'b1'],
    ['thread:{escrow}', 'a1 a2 p1 b1', ''],
    ['thread:{escrow OR hedgehog} whetstone', 'a2', ''],
    ['thread:{whetstone hedgehog}', '', ''],
    ['thread:{whetstone} thread:{hedgehog}', 'a1 a2 p1 b1', ''],
    ['-thread:{scythe}', 'c1 c2', 'b1 c1 c2 e1'],
    ['thread:{-scythe}', 'a1 a2 p1 b1 c1 c2 e1 e1 p2', 'a1 a2 b1 c1 c2 e1'],
    ['thread:{mid:a1@x.example} subject:about', 'a1 a2 p1 b1', 'a1 a2'],
    ['thread:{thread:{escrow} hedgehog}', 'a1 a2 p1 b1', ''],
    ['thread:{thread:a1@x.example -a1} -thread:{mid:d1@x.example}', 'a1 a2 p1 b1', 'a1 a2'],
    ['thread:{*}', 'a1 a2 p1 b1 c1 c2 d1 e1 e1 p2', 'a1 a2 b1 c1 c2 d1 e1'],
    ['thread:{nothing}', '', ''],
    ['thread:{list:closed}', 'a1 a2 p1 b1 e1 e1 p2', ''],
  ])('%s finds %s; of what is public %s', async (query, all, open) => {
    expect(await found(query)).toBe(all);
    expect(await found(query, 'ann')).toBe(all);
    expect(await found(query, 'public')).toBe(open);
    expect((await site.count(query, { as: 'public', using: 'ram' })).count).toBe(
      open === '' ? 0 : open.split(' ').length,
    );
    const streamed = await Array.fromAsync(site.stream(query, { sort: 'oldest', using: 'ram' }));
    expect(names({ hits: streamed }).join(' ')).toBe(all);
  });

  it('takes the id of any message in it', async () => {
    const { hits } = await site.search('thread:a1@x.example', { sort: 'oldest' });
    for (const { id } of hits) expect(await found(`thread:${id}`)).toBe('a1 a2 p1 b1');
    expect(await Promise.all(hits.map(({ id }) => found(`thread:${id}`, 'public')))).toEqual([
      'a1 a2',
      'a1 a2',
      '',
      'b1',
    ]);
  });

  it('goes through all archives that may be read, whichever the query is for', async () => {
    expect(await found('thread:{escrow}', 'all', ['open'])).toBe('a1 a2 b1');
    expect(await found('thread:{escrow}', 'public', ['open'])).toBe('');
    expect(await found('thread:p1@x.example', 'ann', ['closed'])).toBe('p1');
    expect(await found('thread:{hedgehog list:closed} OR thread:gone@x.example', 'ann')).toBe('c1 c2');
  });

  it('is no reason for relevance', async () => {
    expect((await site.search('thread:{scythe}')).sort).toBe('newest');
    const { sort, hits } = await site.search('thread:a1@x.example (scythe OR hedgehog)');
    expect(sort).toBe('relevance');
    expect(names({ hits }).toSorted()).toEqual(['a1', 'b1']);
  });

  it('follows mail that links threads', async () => {
    const other = await place.open({ grown: { paths: ['grown.mbox'] } }, {}, 'grown');
    const mails = [mail('x1', 1, 'One.'), mail('y1', 2, 'Two.', ['z1'])];
    place.write('grown.mbox', mbox(mails));
    await other.update();
    const threadOf = async (id: string) =>
      names(await other.search(`thread:${id}@x.example`, { sort: 'oldest' })).join(' ');
    expect([await threadOf('x1'), await threadOf('z1')]).toEqual(['x1', 'y1']);
    place.write('grown.mbox', mbox([...mails, mail('z1', 3, 'Three.', ['x1'])]));
    await other.update();
    expect([await threadOf('x1'), await threadOf('y1'), await threadOf('z1')]).toEqual(
      Array(3).fill('x1 y1 z1'),
    );
  });
});

describe('explain', () => {
  it('prints threads as they were asked for, and how many messages stand there', async () => {
    const all = await site.explain('thread:<p1@x.example> -thread:{subject:about thread:{escrow}} jelly');
    expect(all.normalForm).toMatch(
      /^\(and \(thread 4 "p1@x\.example"\) \(not \(thread 4 \(and \(word \(subject\) "about"\) \(thread 4 \(word \(.*\) "escrow"\)\)\)\)\) \(word/,
    );
    expect(all.parts.map(({ matches }) => matches)).toEqual([4, 6, 2]);
    expect(all.read).toBe(
      'thread:<p1@x.example> AND NOT thread:{subject:about AND thread:{escrow}} AND jelly',
    );
    expect((await site.explain('thread:nobody@x.example')).normalForm).toBe('none');
  });

  it('tells those who may not read all nothing but what they typed', async () => {
    const { normalForm, parts } = await site.explain('thread:a1@x.example', { as: 'public' });
    expect(normalForm).toBe('(thread "a1@x.example")');
    expect(parts).toEqual([{ part: '(thread "a1@x.example")', matches: null }]);
  });

  it('tells which part a message matches', async () => {
    const { message } = await site.explain('thread:p1@x.example whetstone', { for: 'b1@x.example' });
    expect(message).toMatchObject({ matches: false, parts: [{ matches: true }, { matches: false }] });
    const asked = { as: 'public', for: 'a1@x.example' } as const;
    expect((await site.explain('thread:p1@x.example', asked)).message?.matches).toBe(false);
  });

  it('looks at no more than the messages of the threads', async () => {
    expect((await site.explain('thread:a1@x.example')).examined).toBe(4);
    expect((await site.explain('thread:a1@x.example scythe')).examined).toBeLessThanOrEqual(7);
  });
});

it('what an engine cannot do is refused within a thread too', async () => {
  const using = 'files';
  expect(await site.count('thread:{jelly}', { using })).toMatchObject({ count: 2 });
  for (const query of ['thread:{subject:/x/}', 'd1 OR (none thread:{jelli~})']) {
    await expect(site.search(query, { using })).rejects.toMatchObject({ code: 'QUERY_UNSUPPORTED' });
  }
});
