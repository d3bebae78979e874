import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { Change, WriteOutcome } from '../backend/backend.ts';
import { HayrickError } from '../errors.ts';
import { writeAround } from './write-around.ts';

const FAILURE = new HayrickError('ENGINE_FAILED', 'the whole batch failed');

const batch = (length: number): Change[] =>
  Array.from({ length }, (_, i) => {
    const id = (i + 1).toString(16).padStart(32, '0');
    const document = {
      id,
      archives: [],
      date: 0,
      received: 0,
      size: 0,
      text: {},
      keywords: {},
      numbers: {},
      flags: [],
    };
    return { kind: 'put', seq: i + 1, rank: null, document };
  });

/** An engine that fails over these seqs, and what it was given in which it did not. */
function engine(
  bad: ReadonlySet<number>,
  error: (seq: number) => Error = () => new HayrickError('ENGINE_FAILED', 'no'),
) {
  const taken: number[] = [];
  const reached: number[] = [];
  let calls = 0;
  const write = async (changes: readonly Change[], upTo: number): Promise<WriteOutcome> => {
    calls++;
    const wrong = changes.find(({ seq }) => bad.has(seq));
    if (wrong !== undefined) throw error(wrong.seq);
    taken.push(...changes.map(({ seq }) => seq));
    reached.push(upTo);
    return { added: changes.length, updated: 0, removed: 0, refused: [] };
  };
  return { write, taken, reached, calls: () => calls };
}

const around = (write: Parameters<typeof writeAround>[0], length: number, upTo = 1000) =>
  writeAround(write, batch(length), upTo, ({ seq }) => seq, FAILURE);

it('refuses what fails by itself, and writes all else, in order, to the end', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 200 }),
      fc.uniqueArray(fc.integer({ min: 1, max: 200 }), { maxLength: 19 }),
      async (length, list) => {
        const bad = new Set(list.filter((seq) => seq <= length));
        const { write, taken, reached } = engine(bad);
        const outcome = await around(write, length);
        const good = batch(length).flatMap(({ seq }) => (bad.has(seq) ? [] : [seq]));
        expect(taken).toEqual(good);
        expect(outcome.refused.map(({ seq }) => seq)).toEqual([...bad].sort((a, b) => a - b));
        expect(outcome.added).toBe(good.length);
        expect(reached).toEqual(reached.toSorted((a, b) => a - b));
        expect(reached.at(-1)).toBe(1000);
      },
    ),
  );
});

it('finds one of a thousand in some twenty writes', async () => {
  const { write, calls } = engine(new Set([777]));
  expect((await around(write, 1000)).refused).toMatchObject([{ seq: 777, reason: 'no' }]);
  expect(calls()).toBeLessThan(25);
});

it('blames an engine that takes nothing, and no message', async () => {
  const all = new Set(batch(1000).map(({ seq }) => seq));
  const { write, calls } = engine(all);
  await expect(around(write, 1000)).rejects.toBe(FAILURE);
  expect(calls()).toBeLessThan(100);
  const closed = async () => Promise.reject(new HayrickError('ENGINE_FAILED', 'nothing passes'));
  await expect(around(closed, 1)).rejects.toMatchObject({ message: 'nothing passes' });
});

it.each(['ENGINE_UNREACHABLE', 'LOCKED', 'DISK_FULL', 'ENGINE_DENIED', 'INDEX_DAMAGED', 'CLOSED'] as const)(
  'passes on %s, which says nothing of a message',
  async (code) => {
    const { write } = engine(new Set([3, 7]), (seq) =>
      seq === 3 ? new HayrickError('ENGINE_FAILED', 'no') : new HayrickError(code, 'all is over'),
    );
    await expect(around(write, 10)).rejects.toMatchObject({ code });
  },
);
