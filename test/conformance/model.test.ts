import type { Backend, GenerationReader } from '@hayrick/core/backend';
import { backendConformance, type OpenBackend, showFact } from '@hayrick/core/testing';
import { expect, it } from 'vitest';
import { modelBackends } from '../doubles/model-backend.ts';

backendConformance('the model', {
  open: modelBackends(),
  exceptions: Object.fromEntries(
    [
      'what was acknowledged outlives kill -9',
      'a batch in whose midst the process is killed is there wholly, or comes again',
      'a bulk build that is killed leaves what is live, and goes on or is built afresh',
    ].map((fact) => [fact, 'it lives in one process']),
  ),
});

/** The model with one thing wrong in what its readers answer. */
function broken(spoil: (reader: GenerationReader) => Partial<GenerationReader>): OpenBackend {
  const open = modelBackends();
  return async (context) => {
    const backend = await open(context);
    const reader: Backend['reader'] = async (name) => {
      const right = await backend.reader(name);
      return { ...right, ...spoil(right) };
    };
    return { ...backend, reader };
  };
}

// A suite that finds nothing proves nothing: each mistake must be caught by the fact that names it.
it.each<[string, string, OpenBackend]>([
  [
    'gives hits that may not be read',
    'what may not be read does not exist',
    broken((right) => ({
      search: (request) => right.search(request, { archives: ['alpha', 'beta', 'gamma'] }),
    })),
  ],
  [
    'counts what may not be read',
    'pages and counts agree under access',
    broken((right) => ({
      count: (condition) => right.count(condition, { archives: ['alpha', 'beta', 'gamma'] }),
    })),
  ],
  [
    'ignores the order of a phrase',
    'a phrase is found in its order, within one value, in one field',
    broken((right) => ({
      search: ({ condition, ...request }, access) => {
        const items = condition.kind === 'phrase' ? condition.items : [];
        const of = items.map((item) => ({
          kind: 'phrase' as const,
          fields: ['own', 'subject'],
          items: [item],
        }));
        return right.search({ ...request, condition: { kind: 'and', of } }, access);
      },
    })),
  ],
  [
    'turns ties round with the order',
    'newest and oldest go by date, ties by id ascending in both',
    broken((right) => ({
      search: async (request, access) => {
        const { hits } = await right.search({ ...request, sort: 'oldest' }, access);
        return { hits: request.sort === 'newest' ? hits.toReversed() : hits };
      },
    })),
  ],
  [
    'forgets the cursor',
    'a page starts behind a place that no document has',
    broken((right) => ({ search: (request, access) => right.search({ ...request, after: null }, access) })),
  ],
  [
    'keeps its state when written',
    'the state of a reader changes with every write and with nothing else',
    broken(() => ({ state: async () => 'always' })),
  ],
])('a backend that %s is caught', async (_, fact, open) => {
  await expect(showFact(fact, { open })).rejects.toThrow();
});

it('an exception that names no fact is refused', () => {
  expect(() =>
    backendConformance('x', { open: modelBackends(), exceptions: { 'no such fact': 'y' } }),
  ).toThrow('no such fact');
});
