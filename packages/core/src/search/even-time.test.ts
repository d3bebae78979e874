import { setImmediate } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { HayrickError } from '../errors.ts';
import { inEvenTime } from './even-time.ts';

/** A clock that is moved by hand; what sleeps wakes when it has come so far. */
function handClock() {
  let time = 1_000;
  const sleeping: { readonly until: number; readonly wake: () => void }[] = [];
  return {
    now: () => time,
    sleep: (milliseconds: number) =>
      new Promise<void>((wake) => sleeping.push({ until: time + milliseconds, wake })),
    async pass(milliseconds: number) {
      for (let left = milliseconds; left > 0; left--) {
        time++;
        for (const { until, wake } of sleeping) if (until <= time) wake();
        for (let turn = 0; turn < 9; turn++) await setImmediate();
      }
    },
  };
}

/** When somebody is told, of a look that takes so long. */
async function toldAfter(milliseconds: number, outcome: 'nothing' | 'absent' | 'found', all = false) {
  const clock = handClock();
  let told: number | null = null;
  const look = async (): Promise<readonly string[]> => {
    if (milliseconds > 0) await clock.sleep(milliseconds);
    if (outcome === 'absent') throw new HayrickError('MESSAGE_UNKNOWN', 'no');
    return outcome === 'found' ? ['one'] : [];
  };
  const asked = inEvenTime(clock, all, look, (found) => found.length === 0).catch((error: unknown) => error);
  void asked.then(() => {
    told = clock.now() - 1_000;
  });
  await clock.pass(0);
  await setImmediate();
  if (told === null) await clock.pass(100);
  return told;
}

it.each(['nothing', 'absent'] as const)(
  '%s is told at whole steps, however long it took to look',
  async (outcome) => {
    for (const [milliseconds, told] of [
      [0, 20],
      [1, 20],
      [19, 20],
      [21, 40],
      [39, 40],
      [45, 60],
    ] as const)
      expect(await toldAfter(milliseconds, outcome), `${milliseconds} ms`).toBe(told);
  },
);

it('what is found is told at once, and everything to one who may read all', async () => {
  expect(await toldAfter(0, 'found')).toBe(0);
  expect(await toldAfter(7, 'found')).toBe(7);
  expect(await toldAfter(0, 'absent', true)).toBe(0);
  expect(await toldAfter(3, 'nothing', true)).toBe(3);
});

it('a clock that stands still keeps nobody waiting for ever', async () => {
  const clock = { now: () => 7, sleep: async () => undefined };
  expect(
    await inEvenTime(
      clock,
      false,
      async () => [],
      (found) => found.length === 0,
    ),
  ).toEqual([]);
});
