import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Change } from './backend.ts';
import { createChangePacker, unpackChanges } from './packed-changes.ts';

const odd = fc.string({ unit: fc.constantFrom('a', 'é', '内', '\n', '\\', 'n', '\0', '"', '😀') });
const put = fc.record({
  kind: fc.constant('put' as const),
  seq: fc.nat(),
  rank: fc.option(fc.integer({ min: 1 })),
  document: fc.record({
    id: fc.string({ unit: fc.constantFrom('0', 'a', 'f'), minLength: 32, maxLength: 32 }),
    archives: fc.array(odd),
    date: fc.integer(),
    received: fc.integer(),
    size: fc.nat(),
    text: fc.dictionary(fc.constantFrom('own', 'quoted', 'subject'), odd),
    keywords: fc.dictionary(
      fc.constantFrom('from', 'cc', 'mid'),
      fc.array(odd, { minLength: 1, maxLength: 12 }),
    ),
    numbers: fc.dictionary(fc.constantFrom('lines', 'score'), fc.array(fc.integer())),
  }),
});
const remove = fc.record({ kind: fc.constant('remove' as const), seq: fc.nat(), id: odd });
const changes: fc.Arbitrary<Change[]> = fc.array(fc.oneof(put, remove), { maxLength: 8 });

describe('packed changes', () => {
  it('come out as they went in, by rank where there are ranks', () => {
    const packer = createChangePacker();
    fc.assert(
      fc.property(changes, (all) => {
        for (const change of all) packer.add(change);
        const rankOf = (change: Change) => (change.kind === 'put' ? (change.rank ?? 0) : 0);
        const sorted = all.toSorted((a, b) => rankOf(a) - rankOf(b));
        const packed = packer.take();
        expect([...unpackChanges(packed)]).toEqual(
          sorted.map((change) => JSON.parse(JSON.stringify(change))),
        );
        expect(packed.spans.map(({ rank }) => rank)).toEqual(sorted.map(rankOf));
        expect(packer.count).toBe(0);
      }),
    );
  });

  it('gives a list that it knows as it did before', () => {
    const packer = createChangePacker();
    const list = Array.from({ length: 20 }, (_, i) => `name${i}\\@example.org`);
    const change = { kind: 'put', seq: 1, rank: 1 } as const;
    const document = { id: '0', archives: [], date: 1, received: 1, size: 1, text: {}, numbers: {} };
    packer.add({ ...change, document: { ...document, keywords: { cc: list } } });
    packer.add({ ...change, document: { ...document, keywords: { to: list } } });
    const keywords = [...unpackChanges(packer.take())].map((c) =>
      c.kind === 'put' ? c.document.keywords : {},
    );
    expect(keywords).toEqual([{ cc: list }, { to: list }]);
  });
});
