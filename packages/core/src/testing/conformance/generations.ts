import { expect } from 'vitest';
import {
  ALL,
  build,
  buildLive,
  document,
  EVERYONE,
  type Facts,
  found,
  page,
  puts,
  reading,
  update,
  word,
} from './rig.ts';

const journal = (id: string) => document(id, { text: { own: 'journal' } });

export const GENERATIONS: Facts = {
  'a new backend has no generation and nothing live': async ({ backend }) => {
    expect(await backend.generations()).toEqual([]);
    expect(await backend.live()).toBeNull();
  },

  'a generation is live only after the swap': async ({ backend }) => {
    const generation = await build(backend, [journal('a1')]);
    expect(await backend.live()).toBeNull();
    expect((await backend.generations()).map((g) => g.state)).toEqual(['kept']);
    await backend.swap(generation);
    expect(await backend.live()).toBe(generation);
    expect((await backend.generations()).map((g) => [g.name, g.state])).toEqual([[generation, 'live']]);
  },

  'a generation is building until it is finished': async ({ backend }) => {
    const writer = await backend.create('fingerprint');
    expect((await backend.generations()).map((g) => [g.name, g.state])).toEqual([
      [writer.generation, 'building'],
    ]);
    await writer.finish();
    await writer.close();
    expect((await backend.generations()).map((g) => g.state)).toEqual(['kept']);
  },

  'a generation tells its documents, seq, fingerprint, bytes and time': async ({ backend }) => {
    await buildLive(backend, [journal('a1'), journal('a2')], { fingerprint: 'fields-7' });
    const [info] = await backend.generations();
    expect(info).toMatchObject({
      documents: 2,
      applied: 2,
      fingerprint: 'fields-7',
      createdAt: 1_700_000_000,
    });
    expect(info?.bytes).toBeGreaterThan(0);
  },

  'a reader tells the generation and fingerprint it reads': async ({ backend }) => {
    const generation = await buildLive(backend, [journal('a1')], { fingerprint: 'fields-7' });
    const told = await reading(backend, generation, async (reader) => [
      reader.generation,
      reader.fingerprint,
    ]);
    expect(told).toEqual([generation, 'fields-7']);
  },

  'the old generation is answered from until the swap, and kept behind it': async ({ backend }) => {
    const old = await buildLive(backend, [journal('a1')]);
    const fresh = await build(backend, [journal('b1'), journal('b2')]);
    expect(await backend.live()).toBe(old);
    expect(await found(backend, old, ALL)).toEqual(['a1']);
    await backend.swap(fresh);
    expect(await backend.live()).toBe(fresh);
    expect(await found(backend, fresh, ALL)).toEqual(['b1', 'b2']);
    const states = (await backend.generations()).map((g) => [g.name, g.state] as const);
    expect(new Map(states)).toEqual(
      new Map([
        [old, 'kept'],
        [fresh, 'live'],
      ]),
    );
  },

  'a kept generation can be swapped back in': async ({ backend }) => {
    const old = await buildLive(backend, [journal('a1')]);
    const fresh = await buildLive(backend, [journal('b1')]);
    await backend.swap(old);
    expect(await backend.live()).toBe(old);
    expect(await found(backend, old, ALL)).toEqual(['a1']);
    const states = (await backend.generations()).map((g) => [g.name, g.state] as const);
    expect(new Map(states).get(fresh)).toBe('kept');
  },

  'a reader stays with its generation while another is swapped in': async ({ backend }) => {
    const old = await buildLive(backend, [journal('a1')]);
    const reader = await backend.reader(old);
    expect(await page(reader, ALL)).toHaveLength(1);
    const fresh = await buildLive(backend, [journal('b1'), journal('b2')]);
    expect((await page(reader, word('journal'))).map((hit) => hit.id.slice(0, 2))).toEqual(['a1']);
    expect(await reader.count(ALL, { archives: ['alpha'] })).toBe(1);
    await reader.close();
    expect(await found(backend, fresh, ALL)).toEqual(['b1', 'b2']);
  },

  'a dropped generation is gone, the live one stays': async ({ backend }) => {
    const old = await buildLive(backend, [journal('a1')]);
    const fresh = await buildLive(backend, [journal('b1')]);
    await backend.drop(old);
    expect((await backend.generations()).map((g) => g.name)).toEqual([fresh]);
    expect(await backend.live()).toBe(fresh);
    expect(await found(backend, fresh, ALL)).toEqual(['b1']);
    await expect(backend.reader(old)).rejects.toMatchObject({
      name: 'HayrickError',
      code: 'GENERATION_NONE',
    });
  },

  'the live generation can be dropped: then nothing is live': async ({ backend }) => {
    const kept = await buildLive(backend, [journal('a1')]);
    const live = await buildLive(backend, [journal('b1')]);
    await backend.drop(live);
    expect(await backend.live()).toBeNull();
    expect((await backend.generations()).map((g) => [g.name, g.state])).toEqual([[kept, 'kept']]);
    await backend.swap(kept);
    expect(await found(backend, kept, ALL)).toEqual(['a1']);
  },

  'a build that is given up can be dropped': async ({ backend }) => {
    const live = await buildLive(backend, [journal('a1')]);
    const writer = await backend.create('fingerprint');
    await writer.write(puts([journal('b1')], 1, new Map([[journal('b1').id, 1]])), 1);
    await writer.close();
    await backend.drop(writer.generation);
    expect((await backend.generations()).map((g) => g.name)).toEqual([live]);
  },

  'generations never share a name, dropped ones included': async (rig) => {
    const { backend } = rig;
    const first = await build(backend, []);
    const second = await build(backend, []);
    await backend.drop(second);
    await backend.swap(first);
    const third = await build(backend, []);
    await backend.drop(third);
    // The last of all is gone, and who makes the next one has not seen it.
    const fourth = await build(await rig.reopen(), []);
    expect(new Set([first, second, third, fourth]).size).toBe(4);
  },

  'writing to one generation leaves the others alone': async ({ backend }) => {
    const one = await buildLive(backend, [journal('a1')]);
    const other = await build(backend, [journal('a1')]);
    await update(backend, other, puts([journal('a2')], 2));
    expect(await found(backend, one, ALL)).toEqual(['a1']);
    expect(await found(backend, other, ALL)).toEqual(['a1', 'a2']);
    const applied = (await backend.generations()).map((g) => [g.name, g.applied] as const);
    expect(new Map(applied)).toEqual(
      new Map([
        [one, 1],
        [other, 2],
      ]),
    );
  },

  'generations outlive the process': async (rig) => {
    const old = await buildLive(rig.backend, [journal('a1')]);
    const live = await buildLive(rig.backend, [journal('b1')], { fingerprint: 'fields-8' });
    const before = await rig.backend.generations();
    const backend = await rig.reopen();
    expect(await backend.live()).toBe(live);
    const seen = (await backend.generations()).map(({ name, state, documents, fingerprint }) => ({
      name,
      state,
      documents,
      fingerprint,
    }));
    expect(seen).toEqual(
      before.map(({ name, state, documents, fingerprint }) => ({ name, state, documents, fingerprint })),
    );
    expect(await found(backend, old, ALL)).toEqual(['a1']);
    expect(await found(backend, live, ALL)).toEqual(['b1']);
  },

  'an unknown generation is a typed error': async ({ backend }) => {
    await buildLive(backend, []);
    const none = { name: 'HayrickError', code: 'GENERATION_NONE' };
    await expect(backend.reader('no-such')).rejects.toMatchObject(none);
    await expect(backend.writer('no-such')).rejects.toMatchObject(none);
    await expect(backend.swap('no-such')).rejects.toMatchObject(none);
    expect(await backend.generations()).toHaveLength(1);
  },

  'names that lead out of the folder are unknown generations': async ({ backend }) => {
    await buildLive(backend, [journal('a1')]);
    for (const name of ['../engine', '..', '.', '', 'a/b']) {
      await expect(backend.reader(name), name).rejects.toMatchObject({ name: 'HayrickError' });
    }
  },

  'the state of a reader changes with every write and with nothing else': async ({ backend }) => {
    const generation = await buildLive(backend, [journal('a1')]);
    const state = () => reading(backend, generation, (reader) => reader.state());
    const first = await state();
    expect(await state()).toBe(first);
    await update(backend, generation, puts([journal('a2')], 2));
    const second = await state();
    expect(second).not.toBe(first);
    await update(backend, generation, [{ kind: 'remove', seq: 3, id: journal('a2').id }]);
    expect(new Set([first, second, await state()]).size).toBe(3);
  },

  'a reader sees what is written after it was opened, by its own process and by another': async (rig) => {
    const generation = await buildLive(rig.backend, [journal('a1')]);
    const readers = [await rig.backend.reader(generation), await (await rig.another()).reader(generation)];
    const states = async () => Promise.all(readers.map((reader) => reader.state()));
    const before = await states();
    await update(rig.backend, generation, puts([journal('a2')], 2));
    for (const reader of readers) {
      expect((await page(reader, word('journal'))).map((hit) => hit.id.slice(0, 2))).toEqual(['a1', 'a2']);
      expect(await reader.count(ALL, EVERYONE)).toBe(2);
    }
    const after = await states();
    expect(after.filter((state, i) => state === before[i])).toEqual([]);
    await update(rig.backend, generation, [{ kind: 'remove', seq: 3, id: journal('a1').id }]);
    for (const reader of readers) expect(await reader.count(word('journal'), EVERYONE)).toBe(1);
  },

  'what one process makes, swaps in and drops another sees at its next look': async (rig) => {
    const { backend } = rig;
    const other = await rig.another();
    expect(await other.live()).toBeNull();
    const old = await buildLive(backend, [journal('a1')]);
    expect(await other.live()).toBe(old);
    const reader = await other.reader(old);
    expect(await reader.count(ALL, EVERYONE)).toBe(1);
    const fresh = await buildLive(backend, [journal('b1'), journal('b2')]);
    expect(await other.live()).toBe(fresh);
    expect(await reader.count(ALL, EVERYONE)).toBe(1);
    expect(await found(other, fresh, ALL)).toEqual(['b1', 'b2']);
    await backend.drop(old);
    expect((await other.generations()).map((g) => [g.name, g.state, g.documents])).toEqual([
      [fresh, 'live', 2],
    ]);
    // What it still has open may go on or end, but tells nothing wrong.
    const [outcome] = await Promise.allSettled([reader.count(ALL, EVERYONE)]);
    if (outcome?.status === 'fulfilled') expect(outcome.value).toBe(1);
    else expect(outcome?.reason).toMatchObject({ name: 'HayrickError', code: 'GENERATION_NONE' });
    await expect(other.reader(old)).rejects.toMatchObject({ code: 'GENERATION_NONE' });
  },

  'two generations have different states': async ({ backend }) => {
    const one = await buildLive(backend, [journal('a1')]);
    const other = await buildLive(backend, [journal('a1')]);
    const states = [one, other].map((generation) => reading(backend, generation, (reader) => reader.state()));
    expect(new Set(await Promise.all(states)).size).toBe(2);
  },
};
