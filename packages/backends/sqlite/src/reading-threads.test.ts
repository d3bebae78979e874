import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Backend, Condition } from '@hayrick/core/backend';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openBackend } from './backend.ts';

const EVERYONE = { archives: ['list'] };
const QUICK: Condition = { kind: 'keyword', field: 'mid', value: '7' };
const LETTERS = 'abcdefgh';
/** Words that stand everywhere, near each other in every way: SQLite has nothing better than to look at all of them, again and again. */
const SLOW: Condition = slow(60);
/** Takes many seconds on any machine. */
const ENDLESS: Condition = { kind: 'and', of: Array.from({ length: 20 }, (_, i) => slow(60 + i)) };

function slow(distance: number): Condition {
  return {
    kind: 'or',
    of: Array.from({ length: 250 }, (_, i) => ({
      kind: 'near',
      fields: ['own'],
      tokens: [0, 1, 3, 5].map((step) => LETTERS[(i + step) % 8] ?? ''),
      distance: distance + (i % 40),
    })),
  };
}

const directory = mkdtempSync(join(tmpdir(), 'hayrick-reading-'));
let backend: Backend;
let generation: string;

function open(timeout?: number): Promise<Backend> {
  const context = { connection: 'default', settings: {}, fields: [], maxResults: 100 };
  return openBackend({ ...context, directory, now: () => 1, timeout });
}

beforeAll(async () => {
  backend = await open();
  const writer = await backend.create('fingerprint');
  const own = Array.from({ length: 1500 }, (_, i) => LETTERS[(i * 7 + (i >> 3)) % 8]).join(' ');
  const changes = Array.from({ length: 300 }, (_, i) => ({
    kind: 'put' as const,
    seq: i + 1,
    rank: i + 1,
    document: {
      id: i.toString(16).padStart(32, '0'),
      archives: ['list'],
      date: i,
      received: i,
      size: 10,
      text: { own },
      keywords: { mid: [String(i)] },
      numbers: {},
    },
  }));
  await writer.write(changes, changes.length);
  await writer.finish();
  await writer.close();
  await backend.swap(writer.generation);
  generation = writer.generation;
});
afterAll(async () => {
  await backend.close();
  rmSync(directory, { recursive: true });
});

describe('questions to one generation', () => {
  it('are answered while others take long, whoever asks them', async () => {
    const reader = await backend.reader(generation);
    const end = new AbortController();
    let ended = 0;
    const slow = [1, 2, 3, 4, 5, 6].map(async () => {
      await reader.count(ENDLESS, EVERYONE, { signal: end.signal });
      ended++;
    });
    for (let n = 0; n < 20; n++) expect(await reader.count(QUICK, EVERYONE)).toBe(1);
    expect(ended).toBe(0);
    end.abort(new Error('enough'));
    await Promise.allSettled(slow);
    await reader.close();
  });

  it('that take long are answered', async () => {
    const reader = await backend.reader(generation);
    expect(await reader.count(SLOW, EVERYONE)).toBe(300);
    await reader.close();
  });

  it('are all answered, however many come at once', async () => {
    const reader = await backend.reader(generation);
    const counts = await Promise.all(Array.from({ length: 50 }, () => reader.count(QUICK, EVERYONE)));
    expect(counts).toEqual(Array.from({ length: 50 }, () => 1));
    await reader.close();
  });

  it('end with the time they have, and leave those that come behind them unharmed', async () => {
    const hasty = await open(2);
    const reader = await hasty.reader(generation);
    // More than there are threads: those that wait for one run out of time as well.
    const slow = Array.from({ length: 10 }, () => reader.count(ENDLESS, EVERYONE));
    for (const outcome of await Promise.allSettled(slow)) {
      expect(outcome).toMatchObject({
        status: 'rejected',
        reason: { code: 'QUERY_TOO_LARGE', message: expect.stringContaining('within 2 s') },
      });
    }
    const patient = await backend.reader(generation);
    expect(await patient.count(QUICK, EVERYONE)).toBe(1);
    await reader.close();
    await hasty.close();
    await patient.close();
  });

  it('that belong together end together, and the second is not asked for nothing', async () => {
    const reader = await backend.reader(generation);
    const end = new AbortController();
    const { signal } = end;
    const count = reader.count(ENDLESS, EVERYONE, { signal });
    const request = { condition: ENDLESS, sort: 'newest', limit: 1, offset: 0, after: null } as const;
    const page = reader.search(request, EVERYONE);
    end.abort(new Error('enough'));
    await expect(count).rejects.toThrow('enough');
    await expect(page).rejects.toThrow('enough');
    await reader.close();
  });

  it('that belong together have their time together', async () => {
    const hasty = await open(2);
    const reader = await hasty.reader(generation);
    const request = { condition: ENDLESS, sort: 'newest', limit: 1, offset: 0, after: null } as const;
    const both = [reader.count(ENDLESS, EVERYONE), reader.search(request, EVERYONE)];
    for (const outcome of await Promise.allSettled(both))
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'QUERY_TOO_LARGE' } });
    await reader.close();
    await hasty.close();
  });

  it('end when they are given up, and the next one has a thread of its own', async () => {
    const reader = await backend.reader(generation);
    const end = new AbortController();
    const slow = reader.count(ENDLESS, EVERYONE, { signal: end.signal });
    const quick = reader.count(QUICK, EVERYONE);
    end.abort(new Error('enough'));
    await expect(slow).rejects.toThrow('enough');
    expect(await quick).toBe(1);
    expect(await reader.count(QUICK, EVERYONE)).toBe(1);
    await reader.close();
    await expect(reader.count(QUICK, EVERYONE)).rejects.toMatchObject({ code: 'CLOSED' });
  });
});
