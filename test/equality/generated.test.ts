import type { BackendModule } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { everyEngine } from '../backends/engines.ts';
import { enginesAt, type TestEngine } from '../backends/engines-at.ts';
import { checkEquality } from './equality.ts';

const engines = await everyEngine('generated mail asked of Elasticsearch, its answers beside the oracle’s');
const SEED = Number(process.env['SEED']);

it(`every engine finds what the oracle finds: 100 archives, 20 queries each, seed ${SEED}`, async () => {
  const tally = await checkEquality({ archives: 100, queries: 20, seed: SEED, engines });
  expect(tally).toMatchObject({ archives: 100, queries: 2000 });
  // Where nearly nothing is found, or nearly nothing judged, the comparison shows nothing.
  expect(tally.telling).toBeGreaterThan(800);
  expect(tally.refused).toBeLessThan(20);
}, 900_000);

it.each<[string, string, (module: BackendModule) => BackendModule]>([
  ['leaves out what it finds last', 'found', (module) => spoiled(module, (hits) => hits.slice(0, -1))],
  [
    'turns two hits round',
    'another order',
    (module) => spoiled(module, ([a, b, ...rest]) => [b, a, ...rest]),
  ],
])('an engine that %s is caught', async (_, told, spoil) => {
  const wrong = enginesAt(null).map((engine): TestEngine => ({ ...engine, module: spoil(engine.module) }));
  await expect(checkEquality({ archives: 3, queries: 20, seed: 1, engines: wrong })).rejects.toThrow(told);
});

/** The engine with its readers' hits in a date order changed. */
function spoiled(module: BackendModule, change: <T>(hits: readonly T[]) => (T | undefined)[]): BackendModule {
  return {
    ...module,
    open: async (context) => {
      const backend = await module.open(context);
      return {
        ...backend,
        reader: async (name) => {
          const reader = await backend.reader(name);
          const search: typeof reader.search = async (request, ...rest) => {
            const { hits } = await reader.search(request, ...rest);
            // What asks for documents by their ids is the run itself, which would take no such build.
            if (request.condition.kind === 'ids') return { hits };
            return { hits: change(hits).filter((hit) => hit !== undefined) };
          };
          return { ...reader, search };
        },
      };
    },
  };
}
