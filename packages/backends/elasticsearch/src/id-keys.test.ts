import fc from 'fast-check';
import { expect, it } from 'vitest';
import { idKeys } from './id-keys.ts';

it.each([
  ['00000000000000000000000000000000', '-9223372036854775808', '-9223372036854775808'],
  ['ffffffffffffffffffffffffffffffff', '9223372036854775807', '9223372036854775807'],
  ['80000000000000007fffffffffffffff', '0', '-1'],
])('%s', (id, high, low) => {
  expect(idKeys(id)).toEqual([high, low]);
});

it('keys order as ids do', () => {
  const id = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 32, maxLength: 32 });
  fc.assert(
    fc.property(id, id, (a, b) => {
      const [x, y] = [a, b].map((one) => idKeys(one).map(BigInt));
      const [high = 0n, low = 0n] = (x ?? []).map((n, i) => n - (y?.[i] ?? 0n));
      const order = high !== 0n ? high : low;
      expect(order < 0n).toBe(a < b);
      expect(order === 0n).toBe(a === b);
    }),
  );
});
