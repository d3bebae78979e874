import type { QuerySet } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LedgerFields, type LedgerSite, openLedger } from './ledger-site.ts';

let ledger: LedgerSite;
beforeAll(async () => {
  ledger = await openLedger('query sets');
});
afterAll(async () => ledger?.remove());

type Messages = QuerySet<LedgerFields>;

const asked = (as = 'public'): Messages => ledger.site.messages({ as });
async function names(set: QuerySet<LedgerFields, unknown>): Promise<string> {
  const ids = await set.pick('messageId').toArray();
  return ids.map((id) => id.replace('@ledger.example', '')).join(' ');
}

describe.each(['default', 'sqlite', 'elasticsearch'])('on the connection %s', (engine) => {
  const on = (skip: (note?: string) => void, as?: string): Messages => {
    if (!ledger.engines.includes(engine)) skip('no server');
    return asked(as).using(engine);
  };

  it('orders by several fields in mixed directions, what has no value last', async ({ skip }) => {
    const all = on(skip);
    expect(await names(all.orderBy('date'))).toMatch(/^one two (three four|four three) five$/);
    expect(await names(all.orderBy('-date', '-size'))).toBe('five four three two one');
    expect(await names(all.orderBy('price'))).toMatch(/^four one two (three five|five three)$/);
    expect(await names(all.orderBy('-price', 'date'))).toBe('one two four three five');
    expect(await names(all.orderBy('changeId', '-date'))).toBe('two one three five four');
    expect(await names(all.orderBy('-changeId', 'size'))).toMatch(/^three one two /);
    expect(await names(all.orderBy('due', '-size').slice(0, 2))).toBe('one three');
  });

  it('gives rows as they are asked for', async ({ skip }) => {
    const one = on(skip).filter({ mid: 'one@ledger.example' });
    expect(await one.first()).toMatchObject({
      messageId: 'one@ledger.example',
      subject: 'Journal of the mill',
      date: '2020-01-06T10:00:00Z',
      snippet: null,
      values: { price: [12.5, 3], due: ['2020-01-01T00:00:00Z'], changeId: ['I0B'] },
    });
    expect(await one.values('subject', 'price').toArray()).toEqual([
      { subject: 'Journal of the mill', price: [12.5, 3] },
    ]);
    expect(await one.pick('changeId').first()).toEqual(['I0B']);
    expect(await on(skip).filter({ subject: 'wheel' }).pick('due').first()).toEqual([]);
    const hit = await on(skip).filter({ content: 'stones' }).highlight().first();
    expect(hit?.snippet?.some(({ text, match }) => match && /stones/i.test(text))).toBe(true);
  });

  it('counts, looks for one, and slices', async ({ skip }) => {
    const all = on(skip).orderBy('-date', '-size');
    expect(await all.count()).toBe(5);
    expect(await all.slice(1, 3).count()).toBe(2);
    expect(await all.slice(4, 9).count()).toBe(1);
    expect(await names(all.slice(1, 4).slice(1))).toBe('three two');
    expect(await names(all.slice(2, 2))).toBe('');
    expect((await all.at(4))?.messageId).toBe('one@ledger.example');
    expect(await all.at(5)).toBeNull();
    expect((await on(skip).latest())?.messageId).toBe('five@ledger.example');
    expect((await on(skip).latest('price'))?.messageId).toBe('one@ledger.example');
    expect(await on(skip).filter({ subject: 'debts' }).exists()).toBe(false);
    expect(await on(skip).none().first()).toBeNull();
  });

  it('joins sets', async ({ skip }) => {
    const wheel = on(skip).filter({ content: 'wheel' }).orderBy('date', 'size');
    const ann = asked().filter({ from: 'ann' });
    expect(await names(wheel.union(ann))).toBe('one two three four');
    expect(await names(wheel.intersection(ann))).toBe('three');
    expect(await names(wheel.exclude({ from: 'ann' }))).toBe('one four');
    expect(await names(wheel.or({ subject: 'stones' }))).toBe('one three four five');
    expect(await names(wheel.and({ subject: 'wheel' }))).toBe('four');
    expect(await names(wheel.exclude({ changeId: { in: [] } }))).toBe('one three four');
    expect(await names(wheel.narrow({ price: { gt: 0 } }).union(ann))).toBe('one two three');
  });

  it('narrows without an effect on the score, boosts and weighs', async ({ skip }) => {
    const journal = on(skip, 'all').filter({ content: 'journal' }).orderBy('relevance');
    const scores = async (set: Messages): Promise<ReadonlyMap<string, number>> => {
      const rows = await set.values('messageId', 'score').toArray();
      return new Map(rows.map(({ messageId, score }) => [messageId, score ?? Number.NaN]));
    };
    const plain = await scores(journal);
    const narrowed = await scores(journal.narrow({ content: 'flour', date: { lt: '2021' } }));
    expect(narrowed.size).toBe(3);
    for (const [id, score] of narrowed) expect(score).toBeCloseTo(plain.get(id) ?? 0, 4);
    const boosted = await scores(journal.boost('stones', 50));
    expect([...boosted.keys()][0]).toBe('five@ledger.example');
    expect(boosted.size).toBe(plain.size);
    const four = plain.get('four@ledger.example') ?? 0;
    expect((await scores(journal.boost({ subject: 'wheel' }, 3))).get('four@ledger.example')).toBeCloseTo(
      3 * four,
      3,
    );
    const debts = on(skip, 'all')
      .filter({ $or: [{ topic: 'wheel' }, { subject: 'wheel' }] })
      .orderBy('relevance');
    expect(await names(debts.weigh({ subject: 100, topic: 0.5 }))).toBe('four one');
    expect(
      (await scores(on(skip, 'all').filter({ topic: 'debts' }).orderBy('relevance'))).get(
        'secret@ledger.example',
      ),
    ).toBeGreaterThan(0);
    // Scores tell of what may not be read.
    expect([...new Set(await on(skip).filter({ content: 'journal' }).pick('score').toArray())]).toEqual([
      null,
    ]);
  });

  it('gives statistics of what may be read', async ({ skip }) => {
    const { price, due, size } = await on(skip).stats('price', 'due', 'size');
    expect(price).toEqual({ count: 4, min: -4, max: 12.5, sum: 18.5, mean: 4.625 });
    expect(due).toMatchObject({ count: 2, min: 1_577_836_800, max: 1_588_291_200 });
    expect(size.count).toBe(5);
    expect((await on(skip, 'ada').stats('price')).price.max).toBe(1000);
    expect((await on(skip).none().stats('price')).price).toEqual({
      count: 0,
      min: null,
      max: null,
      sum: 0,
      mean: null,
    });
  });

  it('takes raw queries of its own engine alone, within what may be read', async ({ skip }) => {
    const all = on(skip).orderBy('date', 'size');
    const raw = {
      default: ['memory', { combineWith: 'AND', queries: ['journal', 'flour'] }, { combineWith: 3 }],
      sqlite: ['sqlite', 'own: (journal AND flour)', 'own: ('],
      elasticsearch: ['elasticsearch', { term: { 'text.own': 'flour' } }, { nonsense: {} }],
    } as const;
    const [name, query, wrong] = raw[engine as keyof typeof raw];
    expect(await names(all.raw(name, query))).toBe('one two four');
    expect(await names(all.exclude({ from: 'ted' }).raw(name, query))).toBe('two four');
    await expect(all.raw(name, wrong).count()).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    await expect(all.raw('solr', query).count()).rejects.toMatchObject({ code: 'QUERY_UNSUPPORTED' });
  });

  it('tells what it did not understand of a typed query', async ({ skip }) => {
    const typed = on(skip).query('journal sbject:mill');
    expect((await typed.problems()).map(({ message }) => message)).toEqual([
      expect.stringContaining('subject'),
    ]);
    const strict = on(skip).query('journal sbject:mill', { strict: true });
    await expect(strict.count()).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });
});

it('walks any number of messages, and ends with a signal', async () => {
  const seen: string[] = [];
  for await (const { messageId } of asked().orderBy('date', 'size')) {
    seen.push(messageId);
    if (seen.length === 2) break;
  }
  expect(seen).toEqual(['one@ledger.example', 'two@ledger.example']);
  await expect(asked().toArray({ signal: AbortSignal.abort() })).rejects.toThrow('abort');
});

it('asks nothing before it is read, and no set changes another', async () => {
  const wrongPlace = asked().using('nowhere').filter({ subject: 'x' }).orderBy('date').slice(0, 3);
  await expect(wrongPlace.count()).rejects.toMatchObject({ code: 'CONNECTION_UNKNOWN' });
  const base = asked().filter({ content: 'journal' });
  const before = JSON.stringify(base);
  base.filter({ from: 'ted' });
  base.exclude({ from: 'ann' });
  base.orderBy('size').boost('x', 2).weigh({ subject: 3 }).none().union(asked()).slice(1, 2);
  expect(JSON.stringify(base)).toBe(before);
  expect(Object.isFrozen(base)).toBe(true);
});

it('keeps rights out of its JSON', async () => {
  const json: unknown = JSON.parse(
    JSON.stringify(asked('all').filter({ content: 'journal' }).orderBy('date', 'size')),
  );
  expect(JSON.stringify(json)).not.toMatch(/"all"}?,?"?as|vault/);
  expect(await names(asked('public').fromJSON(json))).toBe('one two four five');
  expect(await names(asked('ada').fromJSON(json))).toBe('one two four five secret');
});

it.each<readonly [string, () => unknown, string]>([
  ['an unknown reader', () => asked('nobody'), 'READER_UNKNOWN'],
  ['a filter behind a slice', () => asked().slice(1).filter({ subject: 'x' }), 'ARGUMENT_INVALID'],
  ['an order behind a slice', () => asked().slice(1).orderBy('date'), 'ARGUMENT_INVALID'],
  ['a sliced set to be joined', () => asked().union(asked().slice(1)), 'ARGUMENT_INVALID'],
  ['a negative place', () => asked().slice(-1), 'ARGUMENT_INVALID'],
  ['a factor of nothing', () => asked().boost('x', 0), 'ARGUMENT_INVALID'],
  ['JSON of something else', () => asked().fromJSON({ format: 2 }), 'QUERY_INVALID'],
  [
    'JSON with an unknown field',
    () =>
      asked().fromJSON({
        ...asked().toJSON(),
        where: { kind: 'lookup', field: 'nix', lookup: 'exact', value: 'x' },
      }),
    'FIELD_UNKNOWN',
  ],
  [
    'JSON with columns that hits do not have',
    () => asked().fromJSON({ ...asked().toJSON(), columns: ['topic'] }),
    'FIELD_UNKNOWN',
  ],
])('refuses %s at once', (_, ask, code) => {
  expect(ask).toThrow(expect.objectContaining({ code }));
});

it('an order by relevance that is walked beyond search.maxResults says so behind the last that may be shown', async () => {
  const small = await openLedger('deep walks by relevance', { search: { maxResults: 2 } });
  try {
    const seen: string[] = [];
    const walk = async (): Promise<void> => {
      for await (const { id } of small.site.messages({ as: 'all' }).filter({ content: 'journal' }))
        seen.push(id);
    };
    await expect(walk()).rejects.toMatchObject({ code: 'PAGE_TOO_DEEP' });
    expect(seen).toHaveLength(2);
    const byDate = small.site.messages({ as: 'all' }).filter({ content: 'journal' });
    expect(await byDate.orderBy('-date').toArray()).toHaveLength(5);
    expect(await byDate.orderBy('size', 'date').toArray()).toHaveLength(5);
    expect(await byDate.orderBy('size').slice(3).toArray()).toEqual(
      (await byDate.orderBy('size').toArray()).slice(3),
    );
    expect(await byDate.orderBy('date').slice(4).toArray()).toHaveLength(1);
  } finally {
    await small.remove();
  }
});
