import type { Filter } from '@hayrick/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type LedgerFields, type LedgerSite, openLedger } from './ledger-site.ts';

type Asked = Filter<LedgerFields>;
let ledger: LedgerSite;
let everything: readonly string[];
beforeAll(async () => {
  ledger = await openLedger('laws of query sets');
  everything = await ids({});
});
afterAll(async () => ledger?.remove());

const word = fc.constantFrom('journal', 'flour', 'wheel', 'ted', 'ann', 'stones', 'mill', 'nowhere', '--');
const number = fc.constantFrom(-4, 0, 3, 7, 12.5, 1000);
const day = fc.constantFrom('2020', '2020-01', '2020-01-07', '2020-02', '2021-03-02', '@1578304800');
const one: fc.Arbitrary<Asked> = fc.oneof(
  word.map((content) => ({ content })),
  word.map((subject) => ({ subject: { exact: subject } })),
  word.map((from) => ({ from })),
  fc.array(word, { maxLength: 3 }).map((list) => ({ body: { in: list } })),
  number.map((price) => ({ price: { gte: price } })),
  fc.tuple(number, number).map((price) => ({ price: { range: price } })),
  fc.boolean().map((isNull) => ({ changeId: { isNull } })),
  fc.constantFrom('I0', 'i0a', 'Z').map((startsWith) => ({ changeId: { startsWith } })),
  day.map((date) => ({ date })),
  day.map((date) => ({ date: { lt: date } })),
  word.map(($query) => ({ $query: `${$query} OR subject:sacks` })),
);
const filters: fc.Arbitrary<Asked> = fc.letrec<{ filter: Asked }>((tie) => ({
  filter: fc.oneof(
    { maxDepth: 3 },
    one,
    fc.array(tie('filter'), { maxLength: 3 }).map(($and) => ({ $and })),
    fc.array(tie('filter'), { maxLength: 3 }).map(($or) => ({ $or })),
    tie('filter').map(($not) => ({ $not })),
  ),
})).filter;
const ORDERS = [
  'date',
  '-date',
  'size',
  '-size',
  'price',
  '-price',
  'due',
  '-due',
  'changeId',
  '-changeId',
] as const;
const orders = fc.uniqueArray(fc.constantFrom(...ORDERS), {
  minLength: 1,
  maxLength: 3,
  selector: (name) => name.replace('-', ''),
});

const set = (filter: Asked) => ledger.site.messages({ as: 'public' }).filter(filter);
async function ids(filter: Asked): Promise<string[]> {
  return (await set(filter).pick('id').toArray()).sort();
}

it('sets join like sets', async () => {
  await fc.assert(
    fc.asyncProperty(filters, filters, async (a, b) => {
      const [inA, inB] = [await ids(a), await ids(b)];
      const sorted = async (messages: ReturnType<typeof set>) => (await messages.pick('id').toArray()).sort();
      expect(await sorted(set(a).union(set(b)))).toEqual(
        everything.filter((id) => inA.includes(id) || inB.includes(id)),
      );
      expect(await sorted(set(a).intersection(set(b)))).toEqual(inA.filter((id) => inB.includes(id)));
      expect(await sorted(set(a).exclude(b))).toEqual(inA.filter((id) => !inB.includes(id)));
      expect(await sorted(set(a).or(b))).toEqual(
        everything.filter((id) => inA.includes(id) || inB.includes(id)),
      );
      expect(await set(a).narrow(b).count()).toBe(inA.filter((id) => inB.includes(id)).length);
      expect(await ids({ $not: a })).toEqual(everything.filter((id) => !inA.includes(id)));
    }),
    { numRuns: 40 },
  );
});

it('a set is the same out of its JSON', async () => {
  await fc.assert(
    fc.asyncProperty(filters, filters, orders, fc.nat(3), async (a, b, order, start) => {
      const made = set(a)
        .narrow(b)
        .boost('flour', 2)
        .orderBy(...order)
        .slice(start, start + 2)
        .values('id', 'price');
      const json: unknown = JSON.parse(JSON.stringify(made));
      const again = ledger.site.messages({ as: 'public' }).fromJSON(json);
      expect(again.toJSON()).toEqual(made.toJSON());
      expect(await again.toArray()).toEqual(await made.toArray());
    }),
    { numRuns: 30 },
  );
});

it('slices join up to the whole', async () => {
  await fc.assert(
    fc.asyncProperty(filters, orders, fc.nat(5), fc.nat(5), async (filter, order, x, y) => {
      const [a, b] = [Math.min(x, y), Math.max(x, y)];
      const all = set(filter)
        .orderBy(...order)
        .pick('id');
      const parts = [all.slice(0, a), all.slice(a, b), all.slice(b)];
      const joined = [];
      for (const part of parts) joined.push(...(await part.toArray()));
      expect(joined).toEqual(await all.toArray());
    }),
    { numRuns: 30 },
  );
});

it('every engine finds the same in the same order', async () => {
  await fc.assert(
    fc.asyncProperty(filters, orders, async (filter, order) => {
      const asked = set(filter)
        .orderBy(...order)
        .pick('id');
      const whole = await asked.toArray();
      for (const engine of ledger.engines) expect(await asked.using(engine).toArray(), engine).toEqual(whole);
    }),
    { numRuns: 30 },
  );
});
