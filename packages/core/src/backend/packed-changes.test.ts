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

function withoutDigest(change: Change): Change {
  if (change.kind === 'remove') return change;
  const { digest: _, ...document } = change.document;
  return { ...change, document };
}

describe('packed changes', () => {
  it('come out as they went in, by rank where there are ranks', () => {
    const packer = createChangePacker();
    fc.assert(
      fc.property(changes, (all) => {
        for (const change of all) packer.add(change);
        const rankOf = (change: Change) => (change.kind === 'put' ? (change.rank ?? 0) : 0);
        const sorted = all.toSorted((a, b) => rankOf(a) - rankOf(b));
        const packed = packer.take();
        expect([...unpackChanges(packed)].map(withoutDigest)).toEqual(
          sorted.map((change) => JSON.parse(JSON.stringify(change))),
        );
        expect(packed.spans.map(({ rank }) => rank)).toEqual(sorted.map(rankOf));
        expect(packer.count).toBe(0);
      }),
    );
  });

  it('bear a digest that only what is indexed has a part in', () => {
    const document = {
      id: '0'.repeat(32),
      archives: ['a'],
      date: 1,
      received: 2,
      size: 3,
      text: { own: 'one two', quoted: 'three' },
      keywords: { from: ['x', 'y'] },
      numbers: { score: [1] },
    };
    const digestOf = (changed: Partial<typeof document>) => {
      const packer = createChangePacker();
      packer.add({ kind: 'put', seq: 1, rank: null, document: { ...document, ...changed } });
      const packed = packer.take();
      const [change] = unpackChanges(packed);
      const digest = change?.kind === 'put' ? change.document.digest : undefined;
      expect(packed.spans[0]).toMatchObject({ id: changed.id ?? document.id, digest });
      expect(digest).toSatisfy((n) => Number.isSafeInteger(n) && n >= 0 && n < 2 ** 48);
      return digest;
    };
    const same = digestOf({});
    expect(digestOf({ archives: ['b', 'c'], date: 7, received: 8, size: 9 })).toBe(same);
    const others = [
      { id: '1'.repeat(32) },
      { text: { own: 'one two three', quoted: '' } },
      { text: { own: 'one', quoted: ' twothree' } },
      { text: { own: 'three', quoted: 'one two' } },
      { text: { own: 'one two', attached: 'three' } as never },
      { keywords: { from: ['x'] } },
      { keywords: { to: ['x', 'y'] } as never },
      { numbers: { score: [2] } },
    ];
    const digests = others.map(digestOf);
    expect(new Set([same, ...digests]).size).toBe(others.length + 1);
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
