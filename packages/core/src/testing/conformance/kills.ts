import { expect } from 'vitest';
import type { Backend } from '../../backend/index.ts';
import type { Told } from './kill-process.ts';
import { idsUpTo, numbered } from './numbered.ts';
import {
  ALL,
  build,
  buildLive,
  document,
  EVERYONE,
  type Facts,
  found,
  page,
  type Rig,
  reading,
} from './rig.ts';

/** Seqs that the index holds before the process that is killed begins. */
const BEFORE = 20;
const BATCH = 10;
const LONG_BATCH = 500;

export const KILLS: Facts = {
  'what was acknowledged outlives kill -9': async (rig) => {
    const generation = await served(rig);
    const told = await rig.kill(
      { kind: 'update', generation, after: BEFORE, size: BATCH },
      after('acknowledged', 3),
    );
    const { backend } = rig;
    const acknowledged = told.findLast((one) => one.kind === 'acknowledged');
    expect(await backend.live()).toBe(generation);
    const applied = await appliedOf(backend, generation);
    // What it had begun may be there as well.
    expect(applied).toBeGreaterThanOrEqual(acknowledged?.applied ?? Number.NaN);
    expect(acknowledged?.applied).toBe(acknowledged?.upTo);
    await expectWhole(backend, generation);
  },

  'a batch in whose midst the process is killed is there wholly, or comes again': async (rig) => {
    const generation = await served(rig);
    await rig.kill({ kind: 'update', generation, after: BEFORE, size: LONG_BATCH }, after('begun', 1));
    const { backend } = rig;
    const applied = await appliedOf(backend, generation);
    const ids = await idsOf(backend, generation);
    if (backend.supports.atomicBatches) {
      expect((applied - BEFORE) % LONG_BATCH).toBe(0);
      expect(ids).toEqual(idsUpTo(applied, false));
    }
    // What a server goes on taking of a killed batch comes again with it.
    await expectWhole(backend, generation, LONG_BATCH);
  },

  'a bulk build that is killed leaves what is live, and goes on or is built afresh': async (rig) => {
    const live = await buildLive(rig.backend, [document('a1')]);
    const told = await rig.kill({ kind: 'build', size: BATCH }, after('acknowledged', 3));
    const { backend } = rig;
    expect(await backend.live()).toBe(live);
    expect(await found(backend, live, ALL)).toEqual(['a1']);

    const opened = told.find((one) => one.kind === 'opened');
    const left = (await backend.generations()).filter((one) => one.state === 'building');
    // An engine that starts afresh has nothing left of it.
    expect(left.map((one) => one.name)).toEqual(left.length === 0 ? [] : [opened?.generation]);
    for (const { name } of left) {
      const writer = await backend.writer(name);
      expect(writer.applied).toBeLessThanOrEqual(told.findLast((one) => one.kind === 'begun')?.upTo ?? 0);
      const last = Math.max(writer.applied, 100);
      await writer.write(numbered(writer.applied + 1, last, true), last);
      await writer.finish();
      await writer.close();
      await backend.swap(name);
      expect(await idsOf(backend, name)).toEqual(idsUpTo(last, true));
    }
    const fresh = await build(backend, [document('b1')]);
    expect(await found(backend, fresh, ALL)).toEqual(['b1']);
  },
};

/** A live generation that holds the first changes. */
async function served({ backend }: Rig): Promise<string> {
  const generation = await buildLive(backend, []);
  const writer = await backend.writer(generation);
  await writer.write(numbered(1, BEFORE, false), BEFORE);
  await writer.close();
  return generation;
}

function after(kind: Told['kind'], times: number): (told: readonly Told[]) => boolean {
  return (told) => told.filter((one) => one.kind === kind).length >= times;
}

async function appliedOf(backend: Backend, generation: string): Promise<number> {
  const writer = await backend.writer(generation);
  await writer.close();
  const told = (await backend.generations()).find((one) => one.name === generation)?.applied;
  expect(told).toBe(writer.applied);
  return writer.applied;
}

async function idsOf(backend: Backend, generation: string): Promise<string[]> {
  return reading(backend, generation, async (reader) => (await page(reader, ALL)).map((hit) => hit.id));
}

/** Whatever is there, writing all behind the applied seq makes it whole. @param size of the batch that was cut short */
async function expectWhole(backend: Backend, generation: string, size = BATCH): Promise<void> {
  const writer = await backend.writer(generation);
  const last = writer.applied + size + BATCH;
  await writer.write(numbered(writer.applied + 1, last, false), last);
  await writer.close();
  const ids = idsUpTo(last, false);
  expect(await idsOf(backend, generation)).toEqual(ids);
  expect(await reading(backend, generation, (reader) => reader.count(ALL, EVERYONE))).toBe(ids.length);
}
