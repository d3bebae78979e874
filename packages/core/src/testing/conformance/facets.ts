import fc from 'fast-check';
import { expect } from 'vitest';
import type {
  Access,
  Condition,
  FacetQuestion,
  FacetRequest,
  GenerationReader,
} from '../../backend/index.ts';
import { condition, namingOnly } from '../arbitraries/conditions.ts';
import { oracleDocuments } from '../arbitraries/documents.ts';
import { facetCounts } from '../oracle/facet-counts.ts';
import { matches, mayRead } from '../oracle/matches.ts';
import { ALL, buildLive, document, EVERYONE, type Facts, puts, reading, update, word } from './rig.ts';

/** Where the clocks are neither at the hour nor the same all year. */
const ZONES = ['UTC', 'Asia/Kathmandu', 'America/St_Johns', 'Pacific/Auckland'];
const FIELDS = ['archive', 'from', 'year', 'month', 'mime', 'has', 'changeId'];
const DAY = 86_400;

const SOME = [
  document('a1', {
    date: 0,
    archives: ['alpha', 'beta'],
    keywords: {
      from: ['ann@x.example', 'ann', '@x.example', '@example'],
      mime: ['text/plain'],
      has: ['attachment'],
    },
  }),
  document('b1', {
    date: 31 * DAY - 1,
    keywords: { from: ['ann@x.example', 'bob@x.example', '@x.example'], mime: ['text/plain', 'text/html'] },
  }),
  document('c1', {
    date: 31 * DAY,
    archives: ['beta'],
    keywords: { from: ['@x@x.example', '@only.example'] },
  }),
  document('d1', {
    date: 366 * DAY,
    archives: ['beta', 'gamma'],
    keywords: { changeId: ['ﬀ', '𐐨', 'A b%', 'a b%'] },
  }),
];

async function asked(
  reader: GenerationReader,
  fields: readonly (string | FacetQuestion)[],
  over: Partial<FacetRequest> = {},
  access: Access = EVERYONE,
): Promise<readonly string[]> {
  const facets = fields.map((one) => (typeof one === 'string' ? { field: one, limit: 20 } : one));
  const answer = await reader.facets?.({ condition: ALL, facets, timeZone: 'UTC', ...over }, access);
  return (answer ?? []).map((values) => values.map(({ value, count }) => `${value} ${count}`).join(', '));
}

export const FACETS: Facts = {
  'values are counted by document, the most frequent first, equal ones by their code points': {
    needs: 'facets',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, SOME);
      await reading(backend, generation, async (reader) => {
        expect(await asked(reader, FIELDS)).toEqual([
          'beta 3, alpha 2, gamma 1',
          'ann@x.example 2, @x@x.example 1, bob@x.example 1',
          '1970 3, 1971 1',
          '1970-01 2, 1970-02 1, 1971-01 1',
          'text/plain 2, text/html 1',
          'attachment 1',
          'A b% 1, a b% 1, ﬀ 1, 𐐨 1',
        ]);
        expect(
          await asked(reader, [
            { field: 'archive', limit: 1 },
            { field: 'changeId', limit: 3 },
          ]),
        ).toEqual(['beta 3', 'A b% 1, a b% 1, ﬀ 1']);
        const late: Condition = { kind: 'range', field: 'date', from: 31 * DAY, to: null };
        expect(await asked(reader, ['month', 'mime'], { condition: late })).toEqual([
          '1970-02 1, 1971-01 1',
          '',
        ]);
        expect(await asked(reader, ['from', 'year'], { condition: word('nowhere') })).toEqual(['', '']);
      });
    },
  },

  'years and months are those of the time zone': {
    needs: 'facets',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, SOME);
      await reading(backend, generation, async (reader) => {
        const at = (timeZone: string) => asked(reader, ['year', 'month'], { timeZone });
        expect(await at('America/New_York')).toEqual([
          '1970 2, 1969 1, 1971 1',
          '1970-01 2, 1969-12 1, 1971-01 1',
        ]);
        expect(await at('Asia/Kathmandu')).toEqual(['1970 3, 1971 1', '1970-02 2, 1970-01 1, 1971-01 1']);
      });
    },
  },

  'counts are of what may be read, and name no archive that may not': {
    needs: 'facets',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, SOME);
      await reading(backend, generation, async (reader) => {
        const seen = (...archives: string[]) =>
          asked(reader, ['archive', 'from', 'year', 'has', 'changeId'], {}, { archives });
        expect(await seen('alpha')).toEqual([
          'alpha 2',
          'ann@x.example 2, bob@x.example 1',
          '1970 2',
          'attachment 1',
          '',
        ]);
        expect(await seen('gamma')).toEqual(['gamma 1', '', '1971 1', '', 'A b% 1, a b% 1, ﬀ 1, 𐐨 1']);
        expect(await seen('delta')).toEqual(['', '', '', '', '']);
        expect(await seen()).toEqual(['', '', '', '', '']);
      });
    },
  },

  'a facet that nobody knows is refused, and so is one that is asked for twice': {
    needs: 'facets',
    holds: async ({ backend }) => {
      const generation = await buildLive(backend, SOME);
      await reading(backend, generation, async (reader) => {
        expect(await asked(reader, ['has'])).toEqual(['attachment 1']);
        for (const field of ['subject', 'mid', 'size', 'topic', 'score', 'nix', 'list'])
          await expect(asked(reader, [field])).rejects.toMatchObject({ code: 'FIELD_UNKNOWN' });
        for (const limit of [0, -1, 1.5])
          await expect(asked(reader, [{ field: 'from', limit }])).rejects.toMatchObject({
            code: 'ARGUMENT_INVALID',
          });
        await expect(asked(reader, [{ field: 'from', limit: 1001 }])).rejects.toMatchObject({
          code: 'QUERY_TOO_LARGE',
        });
        await expect(asked(reader, ['from', 'from'])).rejects.toMatchObject({ code: 'ARGUMENT_INVALID' });
      });
    },
  },

  'of very many values the first ones are right, wherever their documents lie': {
    needs: 'facets',
    holds: async ({ backend }) => {
      const documents = Array.from({ length: 400 }, (_, i) =>
        document(i.toString(16).padStart(3, '0'), {
          date: i,
          keywords: { changeId: [`own ${i}`, `shared ${String(i % 50).padStart(2, '0')}`] },
        }),
      );
      const generation = await buildLive(backend, documents);
      await reading(backend, generation, async (reader) => {
        const first = (limit: number) => asked(reader, [{ field: 'changeId', limit }]);
        expect(await first(2)).toEqual(['shared 00 8, shared 01 8']);
        const all = (await first(1000))[0]?.split(', ') ?? [];
        expect(all).toHaveLength(450);
        expect(all.slice(49, 51)).toEqual(['shared 49 8', 'own 0 1']);
      });
    },
  },

  'facets of any query are those of the oracle, also in what changed': {
    needs: 'facets',
    holds: async (rig) => {
      const zone = fc.constantFrom(...ZONES);
      const wide = fc.constant<Condition>(ALL);
      const questions = fc.array(
        fc.tuple(fc.oneof(wide, condition(rig.backend.supports)), zone, fc.integer({ min: 1, max: 8 })),
        {
          minLength: 1,
          maxLength: 6,
        },
      );
      const law = fc.asyncProperty(oracleDocuments, questions, async (documents, all) => {
        const generation = await buildLive(rig.backend, documents.slice(4));
        // Put in again, taken out, come late.
        const again = [...documents.slice(0, 3), ...documents.slice(6, 9)];
        await update(rig.backend, generation, puts(again, documents.length + 1));
        const gone = documents.slice(9, 11);
        await update(
          rig.backend,
          generation,
          gone.map(({ id }, i) => ({ kind: 'remove', id, seq: 2 * documents.length + 1 + i })),
        );
        const there = documents.filter((one, i) => !gone.includes(one) && i !== 3);
        await reading(rig.backend, generation, async (reader) => {
          for (const access of [EVERYONE, { archives: ['alpha', 'gamma'] }]) {
            for (const [any, timeZone, limit] of all) {
              const asked = namingOnly(access.archives, any);
              const readable = there.filter((one) => mayRead(one, access.archives));
              const found = readable.filter((one) => matches(asked, one));
              const facets = FIELDS.map((field) => ({ field, limit }));
              const answer = await reader.facets?.({ condition: asked, facets, timeZone }, access);
              const wanted = facets.map((facet) => facetCounts(found, facet, { ...access, timeZone }));
              expect(answer, JSON.stringify(asked)).toEqual(wanted);
            }
          }
        });
        await rig.backend.drop(generation);
      });
      await fc.assert(law, { numRuns: rig.runs(8) });
    },
  },
};
