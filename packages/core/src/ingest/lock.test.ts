import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { holderOf, type Lock, type LockOptions, sweepLocks, takeIfFree, takeLock } from './lock.ts';

const NOW = Date.UTC(2030, 0, 1);

let directory: string;
let clock: number;
beforeEach(() => {
  directory = join(mkdtempSync(join(tmpdir(), 'hayrick-lock-')), 'locks');
  clock = NOW;
});
afterEach(() => rmSync(join(directory, '..'), { recursive: true, force: true }));

const path = (): string => join(directory, 'default.lock');

function take(more: Partial<LockOptions> = {}): Promise<Lock> {
  return takeLock({
    directory,
    name: 'default',
    busy: 'Connection "default" is being written',
    purpose: 'rebuild_index',
    wait: 0,
    now: () => clock,
    sleep: async (milliseconds) => {
      clock += milliseconds;
    },
    ...more,
  });
}

/** A lock file as another process would have left it. */
function leave(holder: object | string): void {
  mkdirSync(directory, { recursive: true });
  const text = typeof holder === 'string' ? holder : JSON.stringify({ began: '', since: 'noon', ...holder });
  writeFileSync(path(), text);
  utimesSync(path(), NOW / 1000, NOW / 1000);
}

const DEAD = { pid: 2 ** 22 + 7, host: hostname(), purpose: 'update_index' };

it('is held by one at a time, and told with its holder', async () => {
  const lock = await take();
  await expect(take({ purpose: 'update_index' })).rejects.toMatchObject({
    code: 'LOCKED',
    message: `Connection "default" is being written by rebuild_index (process ${process.pid} on ${hostname()}) since 2030-01-01T00:00:00.000Z. Wait for it to end, or give --wait SECONDS.`,
  });
  lock.release();
  (await take()).release();
  expect(readdirSync(directory)).toEqual([]);
});

it('is waited for as long as told', async () => {
  const lock = await take();
  await expect(take({ wait: 30 })).rejects.toMatchObject({ code: 'LOCKED' });
  expect(clock - NOW).toBeGreaterThanOrEqual(30_000);
  expect(clock - NOW).toBeLessThan(31_000);
  const waiting = take({
    wait: 30,
    sleep: async () => lock.release(),
  });
  (await waiting).release();
});

it('an interrupted wait ends', async () => {
  const lock = await take();
  const interrupt = new AbortController();
  const sleep = async (): Promise<void> => interrupt.abort(new Error('interrupted'));
  await expect(take({ wait: 30, sleep, signal: interrupt.signal })).rejects.toThrow('interrupted');
  lock.release();
});

it.each([
  ['of a process that is gone', DEAD],
  ['of a process whose number another has now', { ...DEAD, pid: process.pid, began: '1' }],
])('%s is taken over', async (_, holder) => {
  leave(holder);
  const lock = await take();
  expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({
    pid: process.pid,
    purpose: 'rebuild_index',
  });
  lock.release();
  expect(readdirSync(directory)).toEqual([]);
});

it('of another machine is left alone while its holder gives a sign of life, and taken over behind three minutes of silence', async () => {
  leave({ ...DEAD, host: 'elsewhere' });
  await expect(take({ wait: 170 })).rejects.toMatchObject({
    message: /update_index \(process \d+ on elsewhere\) since noon/,
  });
  const stampedAnew = clock / 1000;
  utimesSync(path(), stampedAnew, stampedAnew);
  await expect(take({ wait: 170 })).rejects.toMatchObject({ code: 'LOCKED' });
  const lock = await take({ wait: 20 });
  expect(JSON.parse(readFileSync(path(), 'utf8'))).toMatchObject({ pid: process.pid });
  lock.release();
});

describe('its holder', () => {
  beforeEach(() => void vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] }));
  afterEach(() => void vi.useRealTimers());

  it('stamps it anew every ten seconds until it is released', async () => {
    const lock = await take();
    clock += 60_000;
    vi.advanceTimersByTime(10_000);
    expect(statSync(path()).mtimeMs).toBe(clock);
    const other = { ...DEAD, host: 'elsewhere', since: 'noon' };
    writeFileSync(path(), JSON.stringify(other));
    const stamped = statSync(path()).mtimeMs;
    vi.advanceTimersByTime(10_000);
    expect(statSync(path()).mtimeMs).toBe(stamped);
    lock.release();
    expect(vi.getTimerCount()).toBe(0);
    expect(readdirSync(directory)).toEqual(['default.lock']);
  });

  it('is told while it lives', async () => {
    const told = () => holderOf(directory, 'default', () => clock);
    expect(told()).toBeNull();
    const lock = await take();
    expect(told()).toBe(
      `rebuild_index (process ${process.pid} on ${hostname()}) since 2030-01-01T00:00:00.000Z`,
    );
    lock.release();
    leave(DEAD);
    expect(told()).toBeNull();
  });
});

it('that is waited for without end is got in the end, and who waits is told for whom', async () => {
  const lock = await take();
  const told: string[] = [];
  let waited = 0;
  const waiting = take({
    wait: null,
    onWait: (who) => told.push(who),
    sleep: async (milliseconds) => {
      clock += milliseconds;
      waited += milliseconds;
      if (waited > 100_000) lock.release();
    },
  });
  (await waiting).release();
  expect(told).toEqual([expect.stringMatching(/^Connection "default" is being written by rebuild_index/)]);
});

it('that nobody else holds is taken at once, another is not', async () => {
  const options = { directory, name: 'default', busy: '', purpose: 'update_index', now: () => clock };
  const lock = takeIfFree(options);
  expect(takeIfFree(options)).toBeNull();
  lock?.release();
  expect(takeIfFree(options)).not.toBeNull();
});

it('of the dead are swept away, others stay', async () => {
  leave(DEAD);
  writeFileSync(join(directory, 'left.lock'), JSON.stringify({ ...DEAD, began: '', since: 'noon' }));
  const lock = await take({ name: 'held' });
  sweepLocks(directory, () => clock);
  expect(readdirSync(directory)).toEqual(['held.lock']);
  lock.release();
  sweepLocks(join(directory, 'not-there'), () => clock);
});

it('that was never signed is left alone at first, and taken over when it stays so', async () => {
  leave('');
  await expect(take()).rejects.toMatchObject({ message: /another process/ });
  const lock = await take({ wait: 10 });
  expect(clock - NOW).toBeGreaterThan(5_000);
  lock.release();
});

it('of many who find its holder dead one alone gets it', async () => {
  leave(DEAD);
  const all = await Promise.allSettled(Array.from({ length: 8 }, () => take()));
  const held = all.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  expect(held).toHaveLength(1);
  for (const lock of held) lock.release();
});

it('is not released by one who lost it', async () => {
  const lock = await take();
  rmSync(path());
  leave({ ...DEAD, host: 'elsewhere' });
  lock.release();
  expect(readdirSync(directory)).toEqual(['default.lock']);
});
