import fc from 'fast-check';
import { expect } from 'vitest';
import type { Backend, Change } from '../../backend/index.ts';
import { condition, type Kinds, namingOnly } from '../arbitraries/conditions.ts';
import { ARCHIVES, documentId, oracleDocument, oracleDocuments } from '../arbitraries/documents.ts';
import { matches, mayRead, type OracleDocument } from '../oracle/matches.ts';
import { ALL, build, buildLive, type Facts, inOrder, page, puts, reading, walk } from './rig.ts';

type Step =
  | { readonly kind: 'put'; readonly one: OracleDocument }
  | { readonly kind: 'remove'; readonly id: string };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: oracleDocument.map((one): Step => ({ kind: 'put', one })) },
  { weight: 1, arbitrary: documentId.map((id): Step => ({ kind: 'remove', id })) },
);
const ids = (hits: readonly { readonly id: string }[]): string[] => hits.map((hit) => hit.id);

export const LAWS: Facts = {
  'finds exactly what the oracle finds': async (rig) => {
    const { backend } = rig;
    const archives = fc.subarray([...ARCHIVES]);
    const questions = fc.array(fc.tuple(condition(kinds(backend)), archives), {
      minLength: 40,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(oracleDocuments, questions, async (documents, asked) => {
        const generation = await build(backend, documents);
        await reading(backend, generation, async (reader) => {
          for (const [any, readable] of asked) {
            const one = namingOnly(readable, any);
            const readableOnes = documents.filter((d) => mayRead(d, readable) && matches(one, d));
            const expected = ids(inOrder(readableOnes));
            expect(ids(await page(reader, one, { archives: readable })), JSON.stringify(one)).toEqual(
              expected,
            );
            expect(await reader.count(one, { archives: readable }), JSON.stringify(one)).toBe(
              expected.length,
            );
          }
        });
        await backend.drop(generation);
      }),
      { numRuns: rig.runs(20) },
    );
  },

  'finds in relevance order what it finds in a date order': {
    needs: 'relevance',
    holds: async (rig) => {
      const { backend } = rig;
      const questions = fc.array(condition(kinds(backend)), { minLength: 15, maxLength: 15 });
      await fc.assert(
        fc.asyncProperty(oracleDocuments, questions, async (documents, asked) => {
          const generation = await build(backend, documents);
          await reading(backend, generation, async (reader) => {
            for (const one of asked) {
              const byScore = await page(reader, one, { sort: 'relevance' });
              expect(ids(byScore).toSorted()).toEqual(ids(await page(reader, one)).toSorted());
              const scores = byScore.map((hit) => hit.score ?? Number.NaN);
              expect(scores).toEqual(scores.toSorted((a, b) => b - a));
            }
          });
          await backend.drop(generation);
        }),
        { numRuns: rig.runs(8) },
      );
    },
  },

  'any history of puts and removals pages like a fresh build of what is left': async (rig) => {
    const { backend } = rig;
    const history = fc.array(fc.array(step, { maxLength: 8 }), { maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(
        oracleDocuments,
        history,
        fc.integer({ min: 1, max: 9 }),
        async (first, batches, size) => {
          const generation = await buildLive(backend, first);
          const model = new Map(first.map((one) => [one.id, one]));
          await apply(backend, generation, batches, first.length, model);
          const left = [...model.values()];
          await reading(backend, generation, async (reader) => {
            for (const sort of ['oldest', 'newest'] as const) {
              const expected = ids(inOrder(left, sort === 'newest'));
              expect(ids(await page(reader, ALL, { sort })), sort).toEqual(expected);
              expect(ids(await walk(reader, ALL, sort, size)), `${sort} ${size}`).toEqual(expected);
            }
            expect(await reader.count(ALL, { archives: ARCHIVES })).toBe(left.length);
          });
          const info = (await backend.generations()).find((g) => g.name === generation);
          expect(info?.documents).toBe(left.length);
          await backend.drop(generation);
        },
      ),
      { numRuns: rig.runs(12) },
    );
  },
};

/** Writes the batches, and does the same to the model. */
async function apply(
  backend: Backend,
  generation: string,
  batches: readonly (readonly Step[])[],
  applied: number,
  model: Map<string, OracleDocument>,
): Promise<void> {
  const writer = await backend.writer(generation);
  let seq = applied;
  for (const batch of batches) {
    const changes: Change[] = [];
    for (const change of batch) {
      seq++;
      if (change.kind === 'put') {
        changes.push(...puts([change.one], seq));
        model.set(change.one.id, change.one);
      } else {
        changes.push({ kind: 'remove', seq, id: change.id });
        model.delete(change.id);
      }
    }
    await writer.write(changes, seq);
    expect(writer.applied).toBe(seq);
  }
  await writer.close();
}

function kinds(backend: Backend): Kinds {
  const { phrases, prefixes, proximity, fuzzy } = backend.supports;
  return { phrases, prefixes, proximity, fuzzy };
}
