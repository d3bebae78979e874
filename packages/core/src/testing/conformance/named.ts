import { expect } from 'vitest';
import type { Condition } from '../../backend/index.ts';
import { and, finds, ids, keyword, not, or, range } from './asking.ts';
import {
  ALL,
  buildLive,
  document,
  EVERYONE,
  type Facts,
  foundBy,
  page,
  puts,
  reading,
  update,
  word,
} from './rig.ts';

/** More than any engine takes as parameters, or as terms of one query. */
const MANY = 70_000;

const SOME = [
  document('a1', { date: 30, archives: ['alpha'], text: { own: 'journal' }, keywords: { has: ['patch'] } }),
  document('a2', { date: 10, archives: ['alpha', 'beta'], text: { own: 'inod' } }),
  document('a3', { date: 20, archives: ['beta'], text: { own: 'journal inod', signature: 'ann' } }),
  document('a4', { date: 10, archives: ['gamma'], numbers: { score: [7] } }),
];

/** So many ids, of which those given are some. */
function manyIds(...short: string[]): Condition {
  const others = Array.from({ length: MANY }, (_, i) => `b${i.toString(16).padStart(8, '0')}`);
  return ids(...short, ...others);
}

export const NAMED: Facts = {
  'documents are found by their ids, and what is not there is not': finds(SOME, [
    [ids('a1'), ['a1']],
    [ids('a1', 'a2', 'a3', 'a4'), ['a2', 'a4', 'a3', 'a1']],
    [ids('a1', 'a5', '00', 'ff'), ['a1']],
    [ids('a5'), []],
    [ids(), []],
    [manyIds('a1', 'a4'), ['a4', 'a1']],
    [manyIds(), []],
  ]),

  'ids stand beside, beneath and within all other conditions': finds(SOME, [
    [not(ids('a1', 'a2')), ['a4', 'a3']],
    [not(ids()), ['a2', 'a4', 'a3', 'a1']],
    [not(manyIds('a1')), ['a2', 'a4', 'a3']],
    [and(ids('a1', 'a2'), word('journal')), ['a1']],
    [and(manyIds('a1', 'a2'), word('journal')), ['a1']],
    [and(ids('a1', 'a2', 'a3'), not(word('journal'))), ['a2']],
    [and(ids('a1', 'a2', 'a3'), ids('a2', 'a3', 'a4')), ['a2', 'a3']],
    [and(manyIds('a1', 'a2', 'a3'), not(ids('a2'))), ['a3', 'a1']],
    [and(ids('a3', 'a4'), word('ann', 'signature')), ['a3']],
    [and(ids('a1', 'a2'), keyword('has', 'patch')), ['a1']],
    [and(ids('a1', 'a2', 'a4'), word('journal', 'own', 'signature'), keyword('has', 'patch')), ['a1']],
    [and(ids('a1', 'a2'), range('date', 10, 20)), ['a2']],
    [and(ids('a3', 'a4'), range('score', 1, null)), ['a4']],
    [and(ids('a2', 'a3'), { kind: 'archives', names: ['alpha'] }), ['a2']],
    [or(ids('a4'), word('journal')), ['a4', 'a3', 'a1']],
    [or(ids('a4'), ids('a1')), ['a4', 'a1']],
    [or(manyIds('a4'), and(ids('a1'), keyword('has', 'patch'))), ['a4', 'a1']],
    [and(ids('a1', 'a2'), or(word('inod'), keyword('has', 'patch'))), ['a2', 'a1']],
    [not(or(ids('a1'), and(ids('a2', 'a3'), not(word('journal'))))), ['a4', 'a3']],
    [and(ALL, ids('a2')), ['a2']],
  ]),

  'ids of what may not be read find nothing': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    await reading(backend, generation, async (reader) => {
      const all = ids('a1', 'a2', 'a3', 'a4');
      expect(await foundBy(reader, all, ['beta'])).toEqual(['a2', 'a3']);
      expect(await foundBy(reader, ids('a1'), ['beta'])).toEqual([]);
      expect(await foundBy(reader, not(ids('a2')), ['beta'])).toEqual(['a3']);
      expect(await reader.count(manyIds('a1', 'a3'), { archives: ['alpha'] })).toBe(1);
      expect(await reader.count(all, { archives: [] })).toBe(0);
    });
  },

  'ids are sorted and paged like everything else, late arrivals among them': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    const late = [document('a6', { date: 15 }), document('a5', { date: 20 }), document('a2', { date: 40 })];
    await update(backend, generation, puts(late, SOME.length + 1));
    await update(backend, generation, [{ kind: 'remove', seq: 8, id: 'a4'.padEnd(32, '0') }]);
    await reading(backend, generation, async (reader) => {
      for (const asked of [
        ids('a1', 'a2', 'a3', 'a4', 'a5', 'a6'),
        manyIds('a1', 'a2', 'a3', 'a4', 'a5', 'a6'),
      ]) {
        expect(await foundBy(reader, asked)).toEqual(['a6', 'a3', 'a5', 'a1', 'a2']);
        const newest = await page(reader, asked, { sort: 'newest' });
        expect(newest.map((hit) => hit.id.slice(0, 2))).toEqual(['a2', 'a1', 'a3', 'a5', 'a6']);
        const [first, second] = newest;
        const after = second === undefined ? null : { date: second.date, id: second.id };
        expect(await page(reader, asked, { sort: 'newest', after, limit: 2 })).toEqual(newest.slice(2, 4));
        expect(await page(reader, asked, { sort: 'newest', offset: 1, limit: 1 })).toEqual([second]);
        expect(first?.score).toBeNull();
      }
    });
  },

  'ids narrow what is ordered by relevance, and are no reason for it': {
    needs: 'relevance',
    holds: async ({ backend }) => {
      const filler = 'lorem ipsum dolor sit '.repeat(20).trim();
      const generation = await buildLive(backend, [
        document('a1', { text: { own: `journal ${filler}` } }),
        document('a2', { text: { own: 'journal journal', subject: 'journal' } }),
        document('a3', { text: { own: 'journal' } }),
        document('a4', { text: { own: filler } }),
      ]);
      await reading(backend, generation, async (reader) => {
        const best = async (condition: Condition) => {
          const hits = await page(reader, condition, { sort: 'relevance' });
          return hits.map((hit) => hit.id.slice(0, 2));
        };
        const journal = word('journal', 'own', 'subject');
        expect(await best(and(journal, ids('a1', 'a2', 'a4')))).toEqual(['a2', 'a1']);
        expect(await best(and(journal, manyIds('a1', 'a2', 'a4')))).toEqual(['a2', 'a1']);
        expect((await best(or(ids('a4'), journal))).toSorted()).toEqual(['a1', 'a2', 'a3', 'a4']);
        expect((await best(or(ids('a4'), journal))).at(-1)).toBe('a4');
        expect(await best(ids('a4', 'a1'))).toEqual(['a1', 'a4']);
      });
    },
  },

  'explain tells of ids without listing them all, and looks at no more than those': async ({ backend }) => {
    const some = Array.from({ length: 40 }, (_, i) =>
      document(`a${i.toString(16).padStart(2, '0')}`, { text: { own: 'inod' } }),
    );
    const generation = await buildLive(backend, some);
    await reading(backend, generation, async (reader) => {
      const few = await reader.explain(ids('a00', 'a01'), EVERYONE);
      expect(few.examined).toBeLessThanOrEqual(2);
      const both = await reader.explain(and(ids('a00', 'a01'), word('inod')), EVERYONE);
      expect(both.examined).toBeLessThanOrEqual(42);
      const many = await reader.explain(manyIds('a00', 'a01', 'a02'), EVERYONE);
      expect(many.examined).toBeLessThanOrEqual(40);
      expect(many.given.length).toBeLessThan(10_000);
    });
  },
};
