import fc from 'fast-check';
import { expect } from 'vitest';
import type { Access, GenerationReader, OrderedDocument, OrderKey, OrderPlace } from '../../backend/index.ts';
import { oracleDocuments } from '../arbitraries/documents.ts';
import { compareOrdered, orderValues, statsOf } from '../oracle/field-order.ts';
import { mayRead, type OracleDocument } from '../oracle/matches.ts';
import {
  ALL,
  buildLive,
  document,
  EVERYONE,
  type Facts,
  page,
  puts,
  type Rig,
  reading,
  update,
  word,
} from './rig.ts';

const FIELDS = ['date', 'received', 'size', 'changeId', 'score', 'due'];
const SOME = [
  document('a1', { date: 10, numbers: { score: [7, -5] }, keywords: { changeId: ['b', 'é内核'] } }),
  document('b1', { date: 10, numbers: { score: [0] }, keywords: { changeId: ['a'] } }),
  document('c1', { date: 20, keywords: { changeId: ['𐐨', 'ﬀ'] } }),
  document('d1', { date: 5, numbers: { score: [0.5] } }),
];

const orders: fc.Arbitrary<OrderKey[]> = fc
  .uniqueArray(fc.constantFrom(...FIELDS), { minLength: 1, maxLength: 4 })
  .chain((fields) =>
    fc.tuple(...fields.map((field) => fc.record({ field: fc.constant(field), descending: fc.boolean() }))),
  );

/** All readable ones as the oracle has them in order. */
function inOrder(
  documents: readonly OracleDocument[],
  order: readonly OrderKey[],
  archives = EVERYONE.archives,
) {
  return documents
    .filter((one) => mayRead(one, archives))
    .map((one) => ({ id: one.id, date: one.numbers['date']?.[0] ?? 0, values: orderValues(one, order) }))
    .toSorted((a, b) => compareOrdered(order, a, b));
}

async function ordered(
  rig: Rig,
  documents: readonly OracleDocument[],
  order: readonly OrderKey[],
): Promise<string[]> {
  const generation = await buildLive(rig.backend, documents);
  return reading(rig.backend, generation, async (reader) => {
    const found = await reader.ordered?.(
      { condition: ALL, order, limit: 100, offset: 0, after: null },
      EVERYONE,
    );
    return (found?.hits ?? []).map(({ id }) => id.slice(0, 2));
  });
}

/** Pages behind one another until one is not full. */
async function walkInOrder(
  reader: GenerationReader,
  order: readonly OrderKey[],
  size: number,
  access: Access,
): Promise<readonly OrderedDocument[]> {
  const found: OrderedDocument[] = [];
  let after: OrderPlace | null = null;
  for (let full = true; full; ) {
    const request = { condition: ALL, order, limit: size, offset: 0, after };
    const hits: readonly OrderedDocument[] = (await reader.ordered?.(request, access))?.hits ?? [];
    found.push(...hits);
    after = hits.at(-1) ?? null;
    full = hits.length === size;
  }
  return found;
}

const by = (...fields: string[]): OrderKey[] =>
  fields.map((field) => ({ field: field.replace(/^-/, ''), descending: field.startsWith('-') }));

export const FIELD_QUESTIONS: Facts = {
  'an order by several fields mixes directions, and what has no value comes last in each': {
    needs: 'fieldOrder',
    holds: async (rig) => {
      expect(await ordered(rig, SOME, by('-date', 'score'))).toEqual(['c1', 'a1', 'b1', 'd1']);
      expect(await ordered(rig, SOME, by('score'))).toEqual(['a1', 'b1', 'd1', 'c1']);
      expect(await ordered(rig, SOME, by('-score'))).toEqual(['a1', 'd1', 'b1', 'c1']);
      expect(await ordered(rig, SOME, by('changeId'))).toEqual(['b1', 'a1', 'c1', 'd1']);
      expect(await ordered(rig, SOME, by('-changeId'))).toEqual(['c1', 'a1', 'b1', 'd1']);
    },
  },

  'any order is that of the oracle, and pages behind one another join up, also in what changed': {
    needs: 'fieldOrder',
    holds: async (rig) => {
      const walks = fc.array(fc.tuple(orders, fc.integer({ min: 2, max: 9 })), {
        minLength: 1,
        maxLength: 6,
      });
      const law = fc.asyncProperty(oracleDocuments, walks, async (documents, asked) => {
        const generation = await buildLive(rig.backend, documents.slice(3));
        await update(rig.backend, generation, puts(documents.slice(0, 3), documents.length + 1));
        await reading(rig.backend, generation, async (reader) => {
          const access = { archives: ['alpha', 'gamma'] };
          for (const [order, size] of asked) {
            const expected = inOrder(documents, order, access.archives);
            expect(await walkInOrder(reader, order, size, access)).toEqual(expected);
            const request = { condition: ALL, order, limit: size, offset: 2, after: null };
            expect((await reader.ordered?.(request, access))?.hits).toEqual(expected.slice(2, 2 + size));
          }
        });
        await rig.backend.drop(generation);
      });
      await fc.assert(law, { numRuns: rig.runs(8) });
    },
  },

  'statistics are of the values of what matches and may be read': {
    needs: 'stats',
    holds: async ({ backend }) => {
      const documents = [
        ...SOME,
        document('e1', { archives: ['beta'], date: 99, numbers: { score: [1000] } }),
      ];
      const generation = await buildLive(backend, documents);
      await reading(backend, generation, async (reader) => {
        const stats = (field: string) => reader.stats?.(field, ALL, { archives: ['alpha'] });
        expect(await stats('score')).toEqual({ count: 4, min: -5, max: 7, sum: 2.5 });
        expect(await stats('date')).toEqual({ count: 4, min: 5, max: 20, sum: 45 });
        expect(await stats('due')).toEqual({ count: 0, min: null, max: null, sum: 0 });
        expect(await reader.stats?.('size', { kind: 'none' }, EVERYONE)).toMatchObject({
          count: 0,
          max: null,
        });
        expect(await reader.stats?.('received', ALL, EVERYONE)).toEqual(statsOf(documents, 'received'));
      });
    },
  },

  'kept values come back as they were given, and of nothing that may not be read': {
    needs: 'kept',
    holds: async (rig) => {
      const kept = { changeId: ['Über "A"', 'b'], score: [7, -0.5], topic: ['A line\nand another'] };
      const documents = [
        { ...document('a1'), kept },
        document('b1'),
        { ...document('c1', { archives: ['beta'] }), kept },
      ];
      const generation = await buildLive(rig.backend, documents);
      const ids = ['b1', 'a1', 'c1', 'f1'].map((id) => id.padEnd(32, '0'));
      const ask = (backend: Rig['backend']) =>
        reading(backend, generation, async (reader) => reader.kept?.(ids, { archives: ['alpha'] }));
      expect(await ask(rig.backend)).toEqual([{}, kept, null, null]);
      const other = { changeId: ['c'] };
      await update(
        rig.backend,
        generation,
        puts(
          [
            { ...document('a1'), kept: other },
            { ...document('b1'), kept },
          ],
          10,
        ),
      );
      expect(await ask(await rig.reopen())).toEqual([kept, other, null, null]);
    },
  },

  'what narrows changes no score, and a boost multiplies those of its matches': {
    needs: 'scoring',
    holds: async ({ backend }) => {
      const documents = [
        document('a1', { date: 1, text: { own: 'journal inod' } }),
        document('b1', { date: 2, text: { own: 'journal journal inod ext4' } }),
        document('c1', { date: 3, text: { subject: 'journal', own: 'ext4' } }),
        document('d1', { date: 4, text: { own: 'inod' } }),
      ];
      const generation = await buildLive(backend, documents);
      await reading(backend, generation, async (reader) => {
        const condition = word('journal', 'subject', 'own');
        const scores = async (scoring?: object): Promise<Record<string, number>> => {
          const hits = await page(reader, condition, {
            sort: 'relevance',
            ...(scoring && { scoring: { narrow: null, boosts: [], weights: {}, ...scoring } }),
          });
          return Object.fromEntries(hits.map(({ id, score }) => [id.slice(0, 2), score ?? Number.NaN]));
        };
        const plain = await scores();
        expect(Object.keys(plain).toSorted()).toEqual(['a1', 'b1', 'c1']);
        const of = (id: string): number => plain[id] ?? Number.NaN;
        const narrowed = await scores({ narrow: word('inod') });
        expect(Object.keys(narrowed).toSorted()).toEqual(['a1', 'b1']);
        for (const id of ['a1', 'b1']) expect(narrowed[id]).toBeCloseTo(of(id), 5);
        const boosts = [
          { condition: word('ext4'), factor: 3 },
          { condition: { kind: 'range', field: 'date', from: 3, to: null }, factor: 0.5 },
        ];
        const boosted = await scores({ boosts });
        expect(boosted['a1']).toBeCloseTo(of('a1'), 5);
        expect(boosted['b1'] ?? 0).toBeCloseTo(3 * of('b1'), 4);
        expect(boosted['c1'] ?? 0).toBeCloseTo(1.5 * of('c1'), 4);
      });
    },
  },
};
