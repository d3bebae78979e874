import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Progress } from './generation-file.ts';
import { Journal } from './journal.ts';
import { type Frame, lastProgress } from './journal-frames.ts';

let path: string;
beforeEach(() => {
  const directory = mkdtempSync(join(tmpdir(), 'hayrick-journal-'));
  path = join(directory, 'journal-0');
  writeFileSync(path, '');
  return () => rmSync(directory, { recursive: true });
});

const progress = (writes: number): Progress => ({ applied: 10 * writes, writes, documents: 100 + writes });
/** A batch that is told from the others, with text beyond ASCII. */
const batch = (number: number) => ({ put: [], remove: [`${number}`.repeat(number), 'é内𐐨'] });

/** Frames 1 to `count`; the length of the file behind each. */
async function written(count: number): Promise<number[]> {
  const journal = Journal.open(path);
  const ends: number[] = [];
  for (let i = 1; i <= count; i++) {
    await journal.append(batch(i), progress(i));
    ends.push(readFileSync(path).length);
  }
  await journal.close();
  return ends;
}

async function read(): Promise<Frame[]> {
  const journal = Journal.open(path);
  const frames: Frame[] = [];
  try {
    for (let frame = journal.next(); frame !== null; frame = journal.next()) frames.push(frame);
    return frames;
  } finally {
    await journal.close();
  }
}

const writesOf = (frames: readonly Frame[]): number[] => frames.map(({ writes }) => writes);

describe('a journal', () => {
  it('gives back what was appended, and how far each batch came', async () => {
    await written(3);
    expect(await read()).toEqual(
      [1, 2, 3].map((i) => ({ ...progress(i), batch: batch(i), end: expect.any(Number) })),
    );
    expect(lastProgress(path)).toEqual(progress(3));
  });

  it('that is empty has no progress', async () => {
    expect(await read()).toEqual([]);
    expect(lastProgress(path)).toBeNull();
  });

  it('keeps numbers that are no 32-bit integers', async () => {
    const journal = Journal.open(path);
    const far = { applied: Number.MAX_SAFE_INTEGER, writes: 2 ** 40, documents: 4_000_000_000 };
    await journal.append(batch(1), far);
    await journal.close();
    expect(lastProgress(path)).toEqual(far);
  });

  it('is read while another writes it', async () => {
    const reader = Journal.open(path);
    const writer = Journal.open(path);
    expect([reader.hasGrown, reader.next()]).toEqual([false, null]);
    await writer.append(batch(1), progress(1));
    expect([reader.hasGrown, reader.next()?.writes, reader.hasGrown]).toEqual([true, 1, false]);
    await writer.append(batch(2), progress(2));
    expect([reader.hasGrown, reader.next()?.writes]).toEqual([true, 2]);
    expect([writer.hasGrown, writer.bytes]).toEqual([false, reader.bytes]);
    await reader.close();
    await writer.close();
  });
});

describe('a torn tail', () => {
  it('cut at any byte leaves the frames before it', async () => {
    const [first = 0, second = 0] = await written(2);
    const whole = readFileSync(path);
    for (let length = 0; length < second; length++) {
      writeFileSync(path, whole.subarray(0, length));
      expect(writesOf(await read()), `cut at ${length}`).toEqual(length < first ? [] : [1]);
      expect(lastProgress(path)?.writes ?? 0, `cut at ${length}`).toBe(length < first ? 0 : 1);
    }
  });

  it('of zeros, or of bytes of before, is no frame', async () => {
    const [first = 0, second = 0] = await written(2);
    const whole = readFileSync(path);
    for (const from of [first, first + 10, first + 40, second - 1]) {
      for (const byte of [0, 0xff]) {
        writeFileSync(path, Buffer.concat([whole.subarray(0, from), Buffer.alloc(second - from, byte)]));
        expect(writesOf(await read()), `${byte} from ${from}`).toEqual([1]);
        expect(lastProgress(path)?.writes, `${byte} from ${from}`).toBe(1);
      }
    }
  });

  it('is cut off by the next write', async () => {
    const [first = 0, second = 0] = await written(2);
    truncateSync(path, second - 3);
    const journal = Journal.open(path);
    expect([journal.next()?.writes, journal.next()]).toEqual([1, null]);
    expect(journal.bytes).toBe(first);
    // Looked at once it is not looked at again, for it does not grow.
    expect(journal.hasGrown).toBe(false);
    await journal.append(batch(3), progress(3));
    await journal.close();
    expect(writesOf(await read())).toEqual([1, 3]);
  });

  it('that is longer than what is written over it leaves nothing behind', async () => {
    const [first = 0] = await written(1);
    writeFileSync(path, Buffer.concat([readFileSync(path), Buffer.alloc(10_000, 0x48)]));
    const journal = Journal.open(path);
    expect([journal.next()?.writes, journal.next()]).toEqual([1, null]);
    await journal.append(batch(2), progress(2));
    expect(readFileSync(path)).toHaveLength(journal.bytes);
    expect(journal.bytes).toBeLessThan(first + 1000);
    await journal.close();
    expect(writesOf(await read())).toEqual([1, 2]);
  });
});

it('a frame that cannot be read with a whole one behind it is damage', async () => {
  const [first = 0] = await written(3);
  const whole = readFileSync(path);
  for (const at of [0, 4, 8, 20, 36, 41, first - 1]) {
    const spoilt = Buffer.from(whole);
    spoilt[at] = (spoilt[at] ?? 0) ^ 0x10;
    writeFileSync(path, spoilt);
    const reading = read();
    await expect(reading, `byte ${at}`).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    await expect(reading).rejects.toThrow(/journal-0 is damaged.*rebuild_index/);
  }
});
