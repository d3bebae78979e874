import { expect } from 'vitest';
import type { FoundDocument, Position } from '../../backend/index.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import {
  ALL,
  buildLive,
  document,
  type Facts,
  inOrder,
  page,
  puts,
  reading,
  update,
  walk,
  word,
} from './rig.ts';

/** Many of one date, a few of others, ids against the order of dates. */
function crowd(count: number): OracleDocument[] {
  return Array.from({ length: count }, (_, i) => {
    const id = ((i * 37) % 256).toString(16).padStart(2, '0');
    return document(id, {
      date: [100, 100, 100, 50, 200 - i][i % 5] ?? 0,
      text: { own: i % 3 === 0 ? 'journal' : 'inod' },
    });
  });
}

const ids = (hits: readonly { readonly id: string }[]): string[] => hits.map((hit) => hit.id);

export const ORDER: Facts = {
  'newest and oldest go by date, ties by id ascending in both': async ({ backend }) => {
    const generation = await buildLive(backend, [
      document('c1', { date: 20 }),
      document('a1', { date: 20 }),
      document('b1', { date: 10 }),
      document('d1', { date: 30 }),
    ]);
    await reading(backend, generation, async (reader) => {
      const oldest = await page(reader, ALL, { sort: 'oldest' });
      expect(oldest.map((hit) => [hit.id.slice(0, 2), hit.date])).toEqual([
        ['b1', 10],
        ['a1', 20],
        ['c1', 20],
        ['d1', 30],
      ]);
      const newest = await page(reader, ALL, { sort: 'newest' });
      expect(newest.map((hit) => hit.id.slice(0, 2))).toEqual(['d1', 'a1', 'c1', 'b1']);
    });
  },

  'a date order gives no scores': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1')]);
    const hits = await reading(backend, generation, (reader) => page(reader, ALL, { sort: 'newest' }));
    expect(hits.map((hit) => hit.score)).toEqual([null]);
  },

  'late arrivals stand where a fresh build would put them': async ({ backend }) => {
    const all = crowd(60);
    const early = all.filter((_, i) => i % 4 !== 0);
    const late = all.filter((_, i) => i % 4 === 0);
    const generation = await buildLive(backend, early);
    await update(backend, generation, puts(late, early.length + 1));
    await reading(backend, generation, async (reader) => {
      for (const sort of ['oldest', 'newest'] as const) {
        const expected = ids(inOrder(all, sort === 'newest'));
        expect(ids(await page(reader, ALL, { sort })), sort).toEqual(expected);
        expect(ids(await walk(reader, ALL, sort, 7)), sort).toEqual(expected);
      }
      const journal = inOrder(all.filter((one) => one.text['own']?.[0]?.[0] === 'journal'));
      expect(ids(await walk(reader, word('journal'), 'oldest', 3))).toEqual(ids(journal));
    });
  },

  'a document that is given another date moves there': async ({ backend }) => {
    const generation = await buildLive(
      backend,
      ['a1', 'a2', 'a3'].map((id, i) => document(id, { date: 10 * (i + 1) })),
    );
    await update(backend, generation, puts([document('a1', { date: 25 })], 4));
    await update(backend, generation, puts([document('a3', { date: 5 })], 5));
    const hits = await reading(backend, generation, (reader) => page(reader, ALL));
    expect(hits.map((hit) => [hit.id.slice(0, 2), hit.date])).toEqual([
      ['a3', 5],
      ['a2', 20],
      ['a1', 25],
    ]);
  },

  'a bulk build takes documents in any order': async ({ backend }) => {
    const all = crowd(40);
    const generation = await buildLive(backend, all.toReversed(), { batch: 7 });
    const hits = await reading(backend, generation, (reader) => page(reader, ALL, { sort: 'newest' }));
    expect(ids(hits)).toEqual(ids(inOrder(all, true)));
  },

  'a bulk build that holds only some of the catalog is in order all the same': async ({ backend }) => {
    const all = crowd(40);
    const here = all.filter((_, i) => i % 3 === 0);
    const generation = await buildLive(backend, here, { elsewhere: all.filter((_, i) => i % 3 !== 0) });
    await reading(backend, generation, async (reader) => {
      expect(ids(await page(reader, ALL))).toEqual(ids(inOrder(here)));
      expect(await reader.count(ALL, { archives: ['alpha'] })).toBe(here.length);
    });
  },

  'pages joined equal one big page, by offset and by cursor': async ({ backend }) => {
    const generation = await buildLive(backend, crowd(50));
    await reading(backend, generation, async (reader) => {
      for (const sort of ['oldest', 'newest'] as const) {
        const whole = await page(reader, ALL, { sort });
        for (const size of [1, 3, 25, 49, 50, 51]) {
          const first = await page(reader, ALL, { sort, limit: size });
          const second = await page(reader, ALL, { sort, offset: size });
          expect([...first, ...second], `${sort} ${size}`).toEqual(whole);
          expect(await walk(reader, ALL, sort, size), `${sort} ${size}`).toEqual(whole);
        }
      }
    });
  },

  'pages by offset in relevance order joined equal one big page': {
    needs: 'relevance',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, crowd(50));
      await reading(backend, generation, async (reader) => {
        const whole = await page(reader, word('journal'), { sort: 'relevance' });
        expect(whole).toHaveLength(17);
        for (const size of [1, 5, 16, 17, 18]) {
          const first = await page(reader, word('journal'), { sort: 'relevance', limit: size });
          const second = await page(reader, word('journal'), { sort: 'relevance', offset: size });
          expect([...first, ...second], String(size)).toEqual(whole);
        }
      });
    },
  },

  'relevance puts the better match first, and finds the same as a date order': {
    needs: 'relevance',
    holds: async ({ backend }) => {
      const filler = 'lorem ipsum dolor sit amet consectetur adipisc elit '.repeat(20).trim();
      const generation = await buildLive(backend, [
        document('a1', { date: 1, text: { own: `journal ${filler}` } }),
        document('a2', { date: 2, text: { subject: 'journal', own: 'journal journal inod' } }),
        document('a3', { date: 3, text: { own: filler } }),
        document('a4', { date: 4, text: { quoted: `journal ${filler}` } }),
      ]);
      await reading(backend, generation, async (reader) => {
        const hits = await page(reader, word('journal', 'subject', 'own', 'quoted'), { sort: 'relevance' });
        expect(hits.map((hit) => hit.id.slice(0, 2)).toSorted()).toEqual(['a1', 'a2', 'a4']);
        expect(hits[0]?.id.slice(0, 2)).toBe('a2');
        const scores = hits.map((hit) => hit.score ?? Number.NaN);
        expect(scores).toEqual(scores.toSorted((a, b) => b - a));
      });
    },
  },

  'equally relevant documents stand in the order of their ids': {
    needs: 'relevance',
    holds: async ({ backend }) => {
      const same = ['c1', 'a1', 'd1', 'b1'].map((id, i) =>
        document(id, { date: i, text: { own: 'journal' } }),
      );
      const generation = await buildLive(backend, [...same, document('e1')]);
      const hits = await reading(backend, generation, (reader) =>
        page(reader, word('journal'), { sort: 'relevance' }),
      );
      expect(hits.map((hit) => hit.id.slice(0, 2))).toEqual(['a1', 'b1', 'c1', 'd1']);
    },
  },

  'a page starts behind a place that no document has': async ({ backend }) => {
    const generation = await buildLive(
      backend,
      ['a1', 'a2', 'a3'].map((id, i) => document(id, { date: 10 * (i + 1) })),
    );
    await reading(backend, generation, async (reader) => {
      const after = { date: 20, id: 'a1'.padEnd(32, '0') };
      expect((await page(reader, ALL, { sort: 'oldest', after })).map((hit) => hit.date)).toEqual([20, 30]);
      expect((await page(reader, ALL, { sort: 'newest', after })).map((hit) => hit.date)).toEqual([20, 10]);
      const end = { date: 31, id: '0'.repeat(32) };
      expect(await page(reader, ALL, { sort: 'oldest', after: end })).toEqual([]);
      expect(await page(reader, ALL, { sort: 'newest', after: end })).toHaveLength(3);
    });
  },

  'a walk is not disturbed by mail that arrives': async ({ backend }) => {
    const start = crowd(30);
    const generation = await buildLive(backend, start);
    const seen: string[] = [];
    let after: Position | null = null;
    for (let step = 0; ; step++) {
      const last: FoundDocument | undefined = await reading(backend, generation, async (reader) => {
        const hits = await page(reader, ALL, { sort: 'newest', limit: 4, after });
        seen.push(...ids(hits));
        return hits.at(-1);
      });
      if (last === undefined) break;
      after = { date: last.date, id: last.id };
      // One newer than all, one older than all but in the way.
      const arrivals = [document(`eef${step}`, { date: 5000 + step }), document(`fff${step}`, { date: 75 })];
      if (step < 5) await update(backend, generation, puts(arrivals, 100 + 2 * step));
    }
    const startIds = new Set(ids(start));
    expect(seen.filter((id) => startIds.has(id))).toEqual(ids(inOrder(start, true)));
    expect(new Set(seen).size).toBe(seen.length);
  },

  'offsets and limits beyond the end are no error': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1'), document('a2')]);
    await reading(backend, generation, async (reader) => {
      expect(await page(reader, ALL, { limit: 0 })).toEqual([]);
      expect(await page(reader, ALL, { limit: 10_000 })).toHaveLength(2);
      expect(await page(reader, ALL, { offset: 1, limit: 10_000 })).toHaveLength(1);
      expect(await page(reader, ALL, { offset: 2 })).toEqual([]);
      expect(await page(reader, ALL, { offset: 9_990, limit: 11 })).toEqual([]);
      expect(await page(reader, ALL, { offset: 1, limit: 1 })).toHaveLength(1);
    });
  },

  'pages and counts agree under access': async ({ backend }) => {
    const all = crowd(30).map((one, i) => ({
      ...one,
      archives: [['alpha'], ['beta'], ['alpha', 'beta']][i % 3] ?? [],
    }));
    const generation = await buildLive(backend, all);
    const readable = inOrder(all.filter((one) => one.archives.includes('beta')));
    await reading(backend, generation, async (reader) => {
      const first = await page(reader, ALL, { archives: ['beta'], limit: 6 });
      const second = await page(reader, ALL, { archives: ['beta'], offset: 6 });
      expect(ids([...first, ...second])).toEqual(ids(readable));
      expect(await reader.count(ALL, { archives: ['beta'] })).toBe(readable.length);
    });
  },
};
