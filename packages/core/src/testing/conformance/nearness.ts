import { expect } from 'vitest';
import type { Condition } from '../../backend/index.ts';
import { HayrickError } from '../../errors.ts';
import { LIMITS } from '../../limits.ts';
import { and, finds, fuzzy, items, keyword, near, not, or, prefix, range, token } from './asking.ts';
import {
  ALL,
  buildLive,
  document,
  type Facts,
  foundBy,
  page,
  puts,
  type Rig,
  reading,
  update,
  word,
} from './rig.ts';

const nearIn = (fields: readonly string[], tokens: string, distance: number): Condition => ({
  kind: 'near',
  fields,
  tokens: tokens.split(' '),
  distance,
});
const fuzzyIn = (fields: readonly string[], text: string, edits: 1 | 2): Condition => ({
  kind: 'fuzzy',
  fields,
  token: text,
  edits,
});

/** Longer than any block that an engine keeps lists in. */
const LONG = 8_000;
/** Words that begin alike and differ in one letter: one more than are looked for. */
const ALIKE = Array.from(
  { length: LIMITS.expansions + 1 },
  (_, i) => `jo${String.fromCodePoint(0x4e00 + i)}s`,
);

export const NEARNESS: Facts = {
  'borders between values count wherever they stand': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', { text: { own: 'a b / c' } }),
        document('a2', { text: { own: 'a / b c' } }),
        document('a3', { text: { own: 'x a / b a x b / c' } }),
        document('a4', { text: { own: 'c / b / a' } }),
        document('a5', { text: { own: 'a x b / a / b', quoted: 'a c' } }),
        document('a6', { text: { own: 'a', quoted: 'b' } }),
      ],
      [
        [near('a b', 0), ['a1', 'a3']],
        [near('a b', 1), ['a1', 'a3', 'a5']],
        [near('a b', 100), ['a1', 'a3', 'a5']],
        [near('b c', 100), ['a2']],
        [near('a b c', 100), []],
        [nearIn(['own', 'quoted'], 'a c', 5), ['a5']],
        [nearIn(['quoted'], 'a b', 5), []],
      ],
    ),
  },

  'words near each other stand beside, beneath and within all other conditions': {
    needs: 'proximity',
    holds: finds(
      [
        document('a1', {
          date: 10,
          text: { own: 'a / b', subject: 'journal' },
          keywords: { has: ['patch'] },
        }),
        document('a2', {
          date: 20,
          text: { own: 'a x b', subject: 'journal' },
          keywords: { has: ['patch'] },
        }),
        document('a3', { date: 30, text: { own: 'a x b a / b' }, archives: ['beta'] }),
        document('a4', { date: 40, text: { own: 'b / a / b x x a a' } }),
        document('a5', { date: 50, text: { signature: 'a b', topic: 'a x b' } }),
      ],
      [
        [and(near('a b', 1), word('journal', 'subject')), ['a2']],
        [and(near('a b', 1), keyword('has', 'patch')), ['a2']],
        [and(near('a b', 1), range('date', 0, 15)), []],
        [and(near('a b', 1), range('date', 20, 30)), ['a2', 'a3']],
        [not(near('a b', 1)), ['a1', 'a4', 'a5']],
        [and(word('a'), not(near('a b', 1))), ['a1', 'a4']],
        [and(word('journal', 'subject'), not(and(near('a b', 1), word('a')))), ['a1']],
        [or(near('a b', 1), keyword('has', 'patch')), ['a1', 'a2', 'a3']],
        [or(and(near('a b', 2), not(near('a b', 1))), word('journal', 'subject')), ['a1', 'a2', 'a4']],
        [and(near('a b', 2), near('a a', 3)), ['a3', 'a4']],
        [and(near('a b', 2), not(near('a a', 0))), ['a2', 'a3']],
        [and(or(near('a b', 1), near('b a', 2)), { kind: 'archives', names: ['beta'] }), ['a3']],
        [nearIn(['signature'], 'b a', 0), ['a5']],
        [nearIn(['topic'], 'b a', 1), ['a5']],
        [nearIn(['own', 'signature', 'topic'], 'a b', 0), ['a3', 'a5']],
        [nearIn(['own', 'signature', 'topic'], 'a b', 1), ['a2', 'a3', 'a5']],
        [not(nearIn(['own', 'signature'], 'a b', 2)), ['a1']],
      ],
    ),
  },

  'words near each other are found in long texts, and many of them': {
    needs: 'proximity',
    holds: async ({ backend }) => {
      const filler = (length: number): string => 'x '.repeat(length);
      const many = Array.from({ length: 100 }, (_, i) => `w${i}`);
      const generation = await buildLive(backend, [
        document('a1', { text: { own: `a ${filler(LONG)}a b ${filler(LONG)}b` } }),
        document('a2', { text: { own: `a ${filler(LONG)}b / ${filler(LONG)}a / b` } }),
        document('a3', { text: { own: `${filler(9)}${many.toReversed().join(' ')} x` } }),
        document('a4', { text: { own: `${many.slice(50).join(' ')} / ${many.slice(0, 50).join(' ')}` } }),
      ]);
      await reading(backend, generation, async (reader) => {
        expect(await foundBy(reader, near('a b', 10))).toEqual(['a1']);
        expect(await foundBy(reader, near('a x x x b', 10))).toEqual(['a1']);
        expect(await foundBy(reader, near(many.join(' '), 0))).toEqual(['a3']);
        expect(await foundBy(reader, near(`${many.join(' ')} w7`, 10))).toEqual([]);
      });
    },
  },

  'what was replaced or removed is near nothing any more': {
    needs: 'proximity',
    holds: async ({ backend }) => {
      const before = [
        document('a1', { date: 10, text: { own: 'a b' } }),
        document('a2', { date: 20, text: { own: 'a / b' } }),
        document('a3', { date: 30, text: { own: 'a b a' } }),
      ];
      const after = [
        document('a1', { date: 10, text: { own: 'a / b' } }),
        document('a2', { date: 20, text: { own: 'x a x b a' } }),
      ];
      const generation = await buildLive(backend, before);
      await update(backend, generation, [
        ...puts(after, 4),
        { kind: 'remove', seq: 6, id: before[2]?.id ?? '' },
        ...puts([document('a4', { date: 5, text: { own: 'b a' } })], 7),
      ]);
      await reading(backend, generation, async (reader) => {
        expect(await foundBy(reader, near('a b', 1))).toEqual(['a4', 'a2']);
        expect(await foundBy(reader, near('a b', 0))).toEqual(['a4', 'a2']);
        expect(await foundBy(reader, near('a b a', 1))).toEqual(['a2']);
      });
    },
  },

  'words near each other and words nearly written so are found by relevance, too': {
    needs: 'relevance',
    holds: async ({ backend }) => {
      const { proximity, fuzzy: nearly } = backend.supports;
      const generation = await buildLive(backend, [
        document('a1', { text: { own: 'a / b' } }),
        document('a2', { text: { own: 'journal a b' } }),
        document('a3', { text: { own: 'jurnal', quoted: 'a b' } }),
      ]);
      const asked: [Condition, string[]][] = [
        ...(proximity ? [[nearIn(['own', 'quoted'], 'a b', 3), ['a2', 'a3']] as [Condition, string[]]] : []),
        ...(nearly ? [[fuzzy('journal', 1), ['a2', 'a3']] as [Condition, string[]]] : []),
        [ALL, ['a1', 'a2', 'a3']],
      ];
      await reading(backend, generation, async (reader) => {
        for (const [condition, ids] of asked) {
          const hits = await page(reader, condition, { sort: 'relevance' });
          expect(hits.map(({ id }) => id.slice(0, 2)).sort(), JSON.stringify(condition)).toEqual(ids);
        }
      });
    },
  },

  'fuzzy words look into the fields asked for, beside all other conditions': {
    needs: 'fuzzy',
    holds: finds(
      [
        document('a1', { text: { subject: 'jurnal', own: 'inod' } }),
        document('a2', { text: { own: 'journal' }, keywords: { has: ['patch'] } }),
        document('a3', { text: { signature: 'journel', topic: 'jornal' } }),
        document('a4', { text: { own: 'inod / journals' } }),
      ],
      [
        [fuzzyIn(['subject'], 'journal', 1), ['a1']],
        [fuzzyIn(['subject', 'own'], 'journal', 1), ['a1', 'a2', 'a4']],
        [fuzzyIn(['signature'], 'journal', 1), ['a3']],
        [fuzzyIn(['topic'], 'journal', 1), ['a3']],
        [fuzzyIn(['own', 'signature', 'topic'], 'journal', 1), ['a2', 'a3', 'a4']],
        [fuzzyIn(['quoted'], 'journal', 2), []],
        [not(fuzzyIn(['own'], 'journal', 1)), ['a1', 'a3']],
        [and(fuzzyIn(['own', 'subject'], 'journal', 1), word('inod')), ['a1', 'a4']],
        [and(fuzzyIn(['own', 'subject'], 'journal', 1), not(word('inod'))), ['a2']],
        [or(fuzzyIn(['own'], 'nothing', 2), keyword('has', 'patch')), ['a2']],
        [and(fuzzyIn(['own'], 'nothing', 2), word('inod')), []],
      ],
    ),
  },

  'fuzzy knows the words of what was written last': {
    needs: 'fuzzy',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, [document('a1', { text: { own: 'inod' } })]);
      await update(backend, generation, puts([document('a2', { text: { own: 'jurnal' } })], 2));
      await reading(backend, generation, async (reader) => {
        expect(await foundBy(reader, fuzzy('journal', 1))).toEqual(['a2']);
      });
    },
  },

  'a fuzzy word of very many stems is answered wholly or refused': {
    needs: 'fuzzy',
    holds: async (rig) => {
      const found = await foundAmongAlike(rig, fuzzy('joes', 1)).catch((error: unknown) => {
        if (error instanceof HayrickError && error.code === 'QUERY_TOO_LARGE') return null;
        throw error;
      });
      if (found !== null) expect(found).toBe(ALIKE.length);
      expect(await foundAmongAlike(rig, fuzzy('joes', 1), ALIKE.slice(1))).toBe(ALIKE.length - 1);
    },
  },

  'a prefix of very many stems is answered wholly': {
    needs: 'prefixes',
    holds: async (rig) => {
      expect(await foundAmongAlike(rig, items(['own'], prefix('jo')))).toBe(ALIKE.length);
    },
  },

  'a phrase that ends in a prefix of very many stems is answered wholly': {
    needs: 'prefixes',
    holds: async (rig) => {
      expect(await foundAmongAlike(rig, items(['own'], token('the'), prefix('jo')))).toBe(ALIKE.length);
    },
  },
};

/** How many documents are found where each has one of these words behind the word `the`. */
async function foundAmongAlike(
  { backend }: Rig,
  condition: Condition,
  alike: readonly string[] = ALIKE,
): Promise<number> {
  const documents = alike.map((one, i) =>
    document(`b${i.toString(16).padStart(8, '0')}`, { text: { own: `the ${one}` } }),
  );
  const generation = await buildLive(backend, documents, { batch: 500 });
  return reading(backend, generation, async (reader) => (await page(reader, condition)).length);
}
