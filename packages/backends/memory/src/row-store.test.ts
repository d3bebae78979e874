import fc from 'fast-check';
import { expect, it } from 'vitest';
import { CHUNK_BYTES, RowStore } from './row-store.ts';

/** A row that is told from the others, whatever its length. */
const row = (slot: number, length: number): Buffer => Buffer.alloc(length, slot % 251);

it('gives back every row that was set and not removed', () => {
  const lengths = fc.array(fc.constantFrom(0, 1, 100, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 5), {
    maxLength: 8,
  });
  fc.assert(
    fc.property(lengths, fc.array(fc.nat({ max: 8 })), (given, removed) => {
      const store = new RowStore();
      for (const [slot, length] of given.entries()) store.set(slot, row(slot, length));
      for (const slot of removed) store.remove(slot);
      for (const [slot, length] of given.entries()) {
        const left = removed.includes(slot) ? 0 : length;
        expect(store.row(slot).equals(row(slot, left)), `slot ${slot}`).toBe(true);
      }
      expect(store.row(99)).toHaveLength(0);
    }),
    { numRuns: 30 },
  );
});

it('gives the room of removed rows back, and the others as they were', () => {
  const store = new RowStore();
  const length = CHUNK_BYTES / 4;
  for (let slot = 0; slot < 40; slot++) {
    store.set(slot, row(slot, length));
    if (slot % 10 !== 0) store.remove(slot);
    expect(store.capacity).toBeLessThanOrEqual(2 * store.bytes + 4 * CHUNK_BYTES);
  }
  expect(store.bytes).toBe(4 * length);
  for (let slot = 0; slot < 40; slot++) {
    expect(store.row(slot).equals(row(slot, slot % 10 === 0 ? length : 0)), `slot ${slot}`).toBe(true);
  }
});

it('takes over a buffer of rows, and goes on behind them', () => {
  const store = new RowStore();
  const chunk = Buffer.concat([Buffer.from('head'), row(0, 3), row(1, 0), row(2, 5)]);
  store.take(chunk, 0, 4, [3, 0, 5]);
  store.set(3, row(3, 7));
  store.remove(1);
  expect([0, 1, 2, 3].map((slot) => store.row(slot).toString('hex'))).toEqual(
    [row(0, 3), row(1, 0), row(2, 5), row(3, 7)].map((one) => one.toString('hex')),
  );
  expect(store.bytes).toBe(15);
});
