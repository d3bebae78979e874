import fc from 'fast-check';
import { expect, it } from 'vitest';
import { SortedSlots } from './sorted-slots.ts';

type Step = { readonly put: number } | { readonly take: number } | { readonly ask: true };

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(-1, 0, 0.5, 3, 5_000_000_000).map((put) => ({ put })) },
  { weight: 1, arbitrary: fc.nat().map((take) => ({ take })) },
  { weight: 1, arbitrary: fc.constant({ ask: true } as const) },
);
const bound = fc.option(fc.constantFrom(-2, -1, 0, 1, 3, 6_000_000_000));

it('are in the order of their numbers, however they came, and without those that went', () => {
  fc.assert(
    fc.property(fc.array(step), bound, bound, fc.boolean(), (steps, from, to, falling) => {
      // Ties in the order of slots, or against it.
      const tie = (a: number, b: number): number => (falling ? b - a : a - b);
      const sorted = new SortedSlots(tie);
      const left = new Map<number, number>();
      let slot = 0;
      for (const one of steps) {
        if ('put' in one) {
          left.set(slot, one.put);
          sorted.put(slot++, one.put);
        } else if ('take' in one) {
          const gone = [...left.keys()][one.take % Math.max(1, left.size)];
          if (gone === undefined) continue;
          left.delete(gone);
          sorted.take(gone);
        } else {
          sorted.settled();
        }
      }
      const expected = [...left].toSorted((a, b) => a[1] - b[1] || tie(a[0], b[0]));
      const { slots, values } = sorted.settled();
      expect([...slots].map((one, i) => [one, values[i]])).toEqual(expected);
      const { first, end } = sorted.placesOf(from, to);
      const inside = expected.filter(([, n]) => (from === null || n >= from) && (to === null || n <= to));
      expect([...slots.subarray(first, end)]).toEqual(inside.map(([one]) => one));
    }),
    { numRuns: 300 },
  );
});
