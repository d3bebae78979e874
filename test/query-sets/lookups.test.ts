import type { Filter } from '@hayrick/core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LedgerFields, type LedgerSite, openLedger } from './ledger-site.ts';

type Asked = Filter<LedgerFields>;

let ledger: LedgerSite;
beforeAll(async () => {
  ledger = await openLedger('lookups of query sets');
});
afterAll(async () => ledger?.remove());

/** Names of what a filter finds, in the order of dates. */
async function found(filter: Asked, engine: string, as = 'public'): Promise<string> {
  const ids = ledger.site
    .messages({ as })
    .filter(filter)
    .orderBy('date', 'size')
    .using(engine)
    .pick('messageId');
  return (await ids.toArray()).map((id) => id.replace('@ledger.example', '')).join(' ');
}

const LOOKUPS: readonly (readonly [Asked, string])[] = [
  [{}, 'one two three four five'],
  [{ content: 'journal flour' }, 'one two four'],
  [{ content: 'counted grinding' }, ''],
  [{ content: { exact: 'the journal' } }, 'one four five'],
  [{ content: '!!!' }, ''],
  [{ subject: 'mill journal' }, 'one two'],
  [{ subject: { exact: 'of the mill' } }, 'one two'],
  [{ subject: { startsWith: 'grin' } }, 'five'],
  [{ subject: { fuzzy: 'weel' } }, 'four'],
  [{ subject: { fuzzy: { word: 'jurnl', edits: 2 } } }, 'one two'],
  [{ subject: { in: ['wheel', 'grinding stones'] } }, 'four five'],
  [{ from: 'ann@bakery.example.com' }, 'two three'],
  [{ from: '@example.org' }, 'one four five'],
  [{ from: { exact: 'Ted Miller' } }, 'one five'],
  [{ from: { isNull: true } }, ''],
  [{ cc: { isNull: true } }, 'one two three four five'],
  [{ mid: 'one@ledger.example' }, 'one'],
  [{ mid: { in: ['<two@ledger.example>', 'four@ledger.example'] } }, 'two four'],
  [{ refs: { isNull: false } }, 'two'],
  [{ has: 'reply' }, 'two'],
  [{ has: { isNull: true } }, 'one three four five'],
  [{ list: 'mill' }, 'one two three four five'],
  [{ list: { startsWith: 'mi' } }, 'one two three four five'],
  [{ thread: 'two@ledger.example' }, 'one two'],
  [{ date: '2020-02' }, 'three four'],
  [{ date: { gt: '2020-01' } }, 'three four five'],
  [{ date: { gte: '2020-01-07' } }, 'two three four five'],
  [{ date: { lt: '2020-02' } }, 'one two'],
  [{ date: { lte: '2020' } }, 'one two three four'],
  [{ date: { range: ['2020-01-07', '2020-02'] } }, 'two three four'],
  [{ date: new Date('2020-01-06T10:00:00Z') }, 'one'],
  [{ date: { gt: new Date('2020-01-06T10:00:00Z') } }, 'two three four five'],
  [{ date: { gte: new Date('2020-01-06T10:00:00.5Z') } }, 'two three four five'],
  [{ date: { lt: new Date('2020-01-06T10:00:00.5Z') } }, 'one'],
  [{ date: { in: ['2021', '2020-01-06'] } }, 'one five'],
  [{ size: { gt: 0 } }, 'one two three four five'],
  [{ size: { lt: 10 } }, ''],
  [{ price: 7 }, 'two'],
  [{ price: { gt: 7 } }, 'one'],
  [{ price: { gte: 7 } }, 'one two'],
  [{ price: { lt: 3 } }, 'four'],
  [{ price: { lte: 3 } }, 'one four'],
  [{ price: { gt: -4, lt: 12.5 } }, 'one two'],
  [{ price: { range: [3, 7] } }, 'one two'],
  [{ price: { in: [-4, 12.5] } }, 'one four'],
  [{ price: { in: [] } }, ''],
  [{ price: { isNull: true } }, 'three five'],
  [{ changeId: 'i0a' }, 'two'],
  [{ changeId: { startsWith: 'I0' } }, 'one two three'],
  [{ changeId: { in: ['I0B', 'I0C'] } }, 'one three'],
  [{ changeId: { isNull: true } }, 'four five'],
  [{ due: { gte: '2020-02' } }, 'three'],
  [{ due: { isNull: false } }, 'one three'],
  [{ topic: 'repair' }, 'one'],
  [{ topic: { startsWith: 'pri' } }, 'two'],
  [{ $query: 'from:ted journal' }, 'one five'],
  [{ $or: [{ subject: 'stones' }, { subject: 'wheel', from: 'bo' }] }, 'four five'],
  [{ $and: [{ content: 'wheel' }, { $not: { subject: 'wheel' } }] }, 'one three'],
  [{ $or: [] }, ''],
  [{ $and: [] }, 'one two three four five'],
];

describe.each(['default', 'sqlite', 'elasticsearch'])('on the connection %s', (engine) => {
  it.for(LOOKUPS)('%j', async ([filter, ids], { skip }) => {
    if (!ledger.engines.includes(engine)) skip('no server');
    expect(await found(filter, engine)).toBe(ids);
  });

  it.for<readonly [Asked, string]>([
    [{ subject: { contains: 'RNAL of' } }, 'one two'],
    [{ subject: { contains: '(again)' } }, 'three'],
    [{ subject: { endsWith: 'mill' } }, 'one two'],
    [{ subject: { endsWith: 'rinding' } }, 'five'],
    [{ from: { contains: 'bakery.' } }, 'two three'],
  ])('%j, or an error that tells what is missing', async ([filter, ids], { skip }) => {
    if (!ledger.engines.includes(engine)) skip('no server');
    if (engine === 'elasticsearch') {
      await expect(found(filter, engine)).rejects.toMatchObject({ code: 'QUERY_UNSUPPORTED' });
    } else {
      expect(await found(filter, engine)).toBe(ids);
    }
  });

  it('finds more for one who may read more', async ({ skip }) => {
    if (!ledger.engines.includes(engine)) skip('no server');
    expect(await found({ subject: 'journal' }, engine, 'ada')).toBe('one two secret');
    expect(await found({ price: { gte: 7 } }, engine, 'all')).toBe('one two secret');
  });
});

it.each<readonly [unknown, string, RegExp]>([
  [{ sbject: 'x' }, 'FIELD_UNKNOWN', /"subject"/],
  [{ subject: { gt: 'x' } }, 'QUERY_INVALID', /no lookup "gt"/],
  [{ subject: { startswith: 'x' } }, 'QUERY_INVALID', /"startsWith"/],
  [{ price: 'dear' }, 'QUERY_INVALID', /takes a number/],
  [{ price: { range: [1] } }, 'QUERY_INVALID', /two numbers/],
  [{ price: Number.NaN }, 'QUERY_INVALID', /takes a number/],
  [{ has: 'atachment' }, 'QUERY_INVALID', /attachment/],
  [{ changeId: { isNull: 'yes' } }, 'QUERY_INVALID', /true or false/],
  [{ subject: undefined }, 'QUERY_INVALID', /no value/],
  [{ changeId: { in: 'I0A' } }, 'QUERY_INVALID', /a list/],
  [{ changeId: { in: Array.from({ length: 1025 }, String) } }, 'QUERY_TOO_LARGE', /1024/],
  [[], 'QUERY_INVALID', /object of fields/],
  [{ $or: {} }, 'QUERY_INVALID', /list of filters/],
])('%j is refused at once: %s', (filter, code, text) => {
  const ask = () => ledger.site.messages({ as: 'all' }).filter(filter as Asked);
  expect(ask).toThrow(expect.objectContaining({ code, message: expect.stringMatching(text) }));
});

it.each<readonly [Asked, RegExp]>([
  [{ date: 'no day' }, /no date/],
  [{ list: 'vault' }, /No archive is called/],
  [{ list: 'nowhere' }, /No archive is called/],
])('%j is refused when it is asked', async (filter, text) => {
  await expect(ledger.site.messages({ as: 'public' }).filter(filter).count()).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    message: expect.stringMatching(text),
  });
});
