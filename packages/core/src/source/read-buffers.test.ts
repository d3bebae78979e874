import { expect, it } from 'vitest';
import { ReadBuffers } from './read-buffers.ts';

it('gives the same buffer to one after the other, and never to two at a time', () => {
  const buffers = new ReadBuffers();
  const first = buffers.take(10);
  const second = buffers.take(20);
  expect(second).not.toBe(first);
  buffers.give(first);
  const third = buffers.take(30);
  expect(third).toBe(first);
  expect(third.length).toBeGreaterThanOrEqual(30);
  expect(buffers.take(30)).not.toBe(second);
});

it('keeps no large ones, and not many', () => {
  const buffers = new ReadBuffers();
  const large = buffers.take(5_000_000);
  expect(large.length).toBeGreaterThanOrEqual(5_000_000);
  buffers.give(large);
  const taken = Array.from({ length: 20 }, () => buffers.take(1));
  expect(taken).not.toContain(large);
  for (const one of taken) buffers.give(one);
  const again = Array.from({ length: 20 }, () => buffers.take(1));
  expect(again.filter((one) => taken.includes(one)).length).toBeLessThan(10);
});
