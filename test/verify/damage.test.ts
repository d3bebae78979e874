import type { Level, Verification } from '@hayrick/core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { inShort, MESSAGES, makeVerifiedSite, type VerifiedSite } from './verified-site.ts';

let site: VerifiedSite;

beforeAll(async () => {
  site = await makeVerifiedSite({ default: { engine: 'sqlite' } });
}, 60_000);
beforeEach(() => site.restore());
afterAll(() => site?.remove());

const message = (mid: string): string => `(SELECT key FROM message WHERE mid = '${mid}@example.org')`;
const id = (mid: string): string => `x'${site.idOf(mid)}'`;
const row = (mid: string): string => `(SELECT row FROM doc WHERE id = ${id(mid)})`;
const short = ({ differences }: Pick<Verification, 'differences'>): readonly string[] =>
  differences.map(inShort).sort();

/** Finds just this at a level and nothing below it, mends it, and finds nothing any more. */
async function shown(level: Level, found: readonly string[], below?: Level): Promise<void> {
  await site.use(async (one) => {
    if (below !== undefined) expect(short(await one.verify({ level: below })), below).toEqual([]);
    const { found: first, left, steps } = await one.repair({ level, workers: 1 });
    expect(short(first), JSON.stringify(first.differences)).toEqual(found.toSorted());
    expect(first.total).toBe(found.length);
    expect(left?.differences, steps.join('\n')).toEqual([]);
    expect((await one.count('*')).count).toBe(MESSAGES);
  });
}

it('a healthy site has no differences, at any level', async () => {
  await site.use(async (one) => {
    for (const level of ['quick', 'full', 'deep'] as const) {
      const answer = await one.verify({ level, workers: 1 });
      expect(answer, level).toMatchObject({ level, differences: [], total: 0, failures: [], problems: [] });
      expect(answer.documents).toEqual({ default: MESSAGES });
      expect(answer.read).toBe(level === 'quick' ? 0 : MESSAGES);
      expect(answer.behind).toEqual({ files: 0, changes: { default: 0 } });
    }
    expect(await one.repair()).toMatchObject({ steps: [], left: null, found: { total: 0 } });
  });
});

const INDEX_DAMAGE = (): readonly string[] => [
  ...['words', 'aside', 'keywords'].map((table) => `DELETE FROM ${table} WHERE rowid = ${row('d2')}`),
  `DELETE FROM doc WHERE id = ${id('d2')}`,
  "INSERT INTO doc SELECT max(row) + 1, x'00000000000000000000000000000001', max(date), 1, 1, 1, 1 FROM doc",
  "INSERT INTO words(rowid, own) SELECT max(row), 'stray' FROM doc",
  "INSERT INTO aside(rowid, mid) SELECT max(row), 'stray' FROM doc",
  "INSERT INTO keywords(rowid, value) SELECT max(row), 'mid:stray ' FROM doc",
  `UPDATE doc SET digest = digest + 1 WHERE id = ${id('b1')}`,
  `UPDATE doc SET received = received + 1 WHERE id = ${id('a3')}`,
  `UPDATE doc SET size = 1 WHERE id = ${id('d1')}`,
  `UPDATE doc SET scope = (SELECT scope FROM doc WHERE id = ${id('b2')}) WHERE id = ${id('both')}`,
  `DELETE FROM words WHERE rowid = ${row('c1')}`,
  // The digests of two documents, exchanged.
  `CREATE TEMP TABLE t AS SELECT id, digest FROM doc; UPDATE doc SET digest = (SELECT digest FROM t WHERE t.id = CASE doc.id
     WHEN ${id('a1')} THEN ${id('a2')} ELSE ${id('a1')} END) WHERE id IN (${id('a1')}, ${id('a2')})`,
];
const INDEX_FOUND = [
  'missing default d2',
  'extra default unknown',
  'content default b1',
  'place default a3',
  'place default d1',
  'place default both',
  'content default c1',
  'content default a1',
  'content default a2',
];

it('quick: every kind of damage to an index is found and mended', async () => {
  site.sql('index', ...INDEX_DAMAGE());
  await shown('quick', INDEX_FOUND);
});

it('a dry run tells what would be done and does nothing', async () => {
  site.sql('index', ...INDEX_DAMAGE());
  await site.use(async (one) => {
    const planned = await one.repair({ dryRun: true });
    expect(planned).toMatchObject({ dryRun: true, left: null, failures: [] });
    expect(planned.steps).toEqual([
      '8 messages are given to the indexes again, or removed',
      '1 document is unknown to the catalog: all sources are read again, and what is in none of them is removed',
    ]);
    expect(short(await one.verify())).toEqual(INDEX_FOUND.toSorted());
  });
});

it('quick: what the catalog says that does not go together is found and mended', async () => {
  site.sql(
    'catalog',
    `UPDATE message SET home_offset = 1 WHERE key = ${message('b1')}`,
    `UPDATE message SET date = 7 WHERE key = ${message('d1')}`,
    `UPDATE document SET digest = 1 WHERE message = ${message('c1')}`,
    "UPDATE held SET messages = messages + 1 WHERE archive = 'garden'",
  );
  const tables = ['catalog -', 'catalog -'];
  await shown('quick', [...tables, 'place - b1', 'place - d1', 'place default d1', 'content default c1']);
});

it('quick: a message that the catalog has forgotten is read again, never dropped', async () => {
  site.sql(
    'catalog',
    `DELETE FROM message WHERE key = ${message('c1')}`,
    ...['document', 'thread_member'].map((table) => `DELETE FROM ${table} WHERE message = ${message('d2')}`),
    "UPDATE held SET messages = messages - 1 WHERE archive = 'shed'",
    "UPDATE source SET copies = copies - 1, homes = homes - 1 WHERE archive = 'shed'",
    `DELETE FROM place WHERE message = ${message('d2')}`,
    `DELETE FROM message WHERE key = ${message('d2')}`,
  );
  // Of c1 its copy, its digest and its place in a thread are left, and it was counted.
  const strays = Array.from({ length: 4 }, () => 'catalog -');
  await shown('quick', [...strays, 'extra default unknown', 'extra default unknown']);
});

it('quick: a date that threads have otherwise than the message is found and mended', async () => {
  site.sql('catalog', `UPDATE thread_member SET date = date + 1 WHERE message = ${message('a2')}`);
  await shown('quick', ['catalog -']);
});

describe('quick: threads', () => {
  const thread = (mid: string): string =>
    `(SELECT thread FROM thread_member WHERE message = ${message(mid)})`;
  const move = (mid: string, to: string) =>
    `UPDATE thread_member SET thread = ${to} WHERE message = ${message(mid)}`;
  const cases: readonly (readonly [name: string, sql: () => string, found: string])[] = [
    ['a message in another thread', () => move('a3', thread('b1')), 'a3'],
    ['a message in a thread of its own', () => move('a3', 'message'), 'a3'],
    ['the first message in a thread of its own', () => move('a1', 'message + 1000'), 'a1'],
    ['a message in no thread', () => `DELETE FROM thread_member WHERE message = ${message('d1')}`, 'd1'],
    ['two threads that are one', () => move('d1', thread('a1')), 'd1'],
    ['a name that no thread keeps', () => "DELETE FROM thread_ghost WHERE mid = 'gone@example.org'", 'b2'],
    ['a name that nothing refers to', () => `INSERT INTO thread_ghost VALUES('x@y', ${thread('c1')})`, 'c1'],
  ];
  it.each(cases)('%s', async (_, sql, found) => {
    site.sql('catalog', sql());
    await site.use(async (one) => {
      expect(short(await one.verify({ using: [] }))).toEqual([`thread - ${found}`]);
      expect((await one.repair({ using: [] })).left?.differences).toEqual([]);
      const thread = await one.thread('a2@example.org');
      expect(JSON.stringify(thread)).toContain('a3@example.org');
    });
  });
});

it('full: what sources say otherwise is found and mended', async () => {
  site.sql(
    'catalog',
    `UPDATE message SET home_offset = home_offset + 1 WHERE key = ${message('a2')}`,
    `UPDATE place SET offset = offset + 1 WHERE message = ${message('a2')}`,
    `UPDATE place SET length = length - 9 WHERE message = ${message('b2')}`,
    `UPDATE message SET subject = 'Other', refs = '["a1@example.org"]' WHERE key = ${message('d1')}`,
    `UPDATE document SET digest = 5 WHERE message = ${message('c1')}`,
  );
  site.sql('index', `UPDATE doc SET digest = 5 WHERE id = ${id('c1')}`);
  const found = ['place - a2', 'place - b2', 'facts - d1', 'thread - d1', 'content - c1'];
  await shown('full', found);
});

it('full: a copy that the catalog does not know is found', async () => {
  site.sql(
    'catalog',
    `DELETE FROM place WHERE message = ${message('both')} AND file = (SELECT max(file) FROM place WHERE message = ${message('both')})`,
    "UPDATE held SET messages = messages - 1 WHERE archive = 'board'",
    "UPDATE source SET copies = copies - 1 WHERE archive = 'board'",
  );
  await shown('full', ['missing - both', 'place default both']);
});

it('full: rows that stand out of order, or belong to nothing, make a new generation', async () => {
  site.sql('index', 'INSERT INTO late SELECT row + 100, date, id FROM doc LIMIT 1');
  await shown('full', ['index default'], 'quick');
  await site.use(async (one) => {
    const [info] = await one.info();
    expect(info?.live).toBe('g2');
  });
});

it('deep: other words, keywords and numbers in the index are found and mended', async () => {
  site.sql(
    'index',
    `CREATE TEMP TABLE b AS SELECT ${row('b1')} AS row`,
    'DELETE FROM keywords WHERE rowid = (SELECT row FROM b)',
    "INSERT INTO keywords(rowid, value) SELECT row, 'from:ann@example.org ' FROM b",
    `CREATE TEMP TABLE a AS SELECT ${row('a1')} AS row`,
    'DELETE FROM words WHERE rowid = (SELECT row FROM a)',
    "INSERT INTO words(rowid, subject, own) SELECT row, 'scyth', 'whetston' FROM a",
    'DELETE FROM number',
  );
  await shown('deep', ['postings default b1', 'postings default a1', 'postings default a2'], 'quick');
});

it('what is behind is no difference', async () => {
  site.sql(
    'catalog',
    `UPDATE message SET seq = (SELECT max(seq) + 1 FROM message) WHERE key = ${message('a1')}`,
  );
  site.sql('catalog', "UPDATE meta SET value = value + 1 WHERE name = 'seq'");
  site.sql('index', `UPDATE doc SET digest = 1 WHERE id = ${id('a1')}`);
  const answer = await site.use((one) => one.verify());
  expect(answer).toMatchObject({ differences: [], behind: { changes: { default: 1 } } });
});

it('no more differences are kept than were asked for, and all are counted', async () => {
  site.sql('index', 'UPDATE doc SET digest = 1');
  const answer = await site.use((one) => one.verify({ most: 2 }));
  expect(answer.differences).toHaveLength(2);
  expect(answer.total).toBe(MESSAGES);
});
