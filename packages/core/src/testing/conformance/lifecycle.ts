import { expect } from 'vitest';
import { CONTRACT_VERSION } from '../../backend/index.ts';
import { ALL, buildLive, document, EVERYONE, type Facts, page, puts, word } from './rig.ts';

const CLOSED = { name: 'HayrickError', code: 'CLOSED' };
const documents = Array.from({ length: 50 }, (_, i) =>
  document(`a${i.toString(16).padStart(2, '0')}`, { date: i, text: { own: 'journal inod' } }),
);

export const LIFECYCLE: Facts = {
  'the engine names itself, its version, its target and its schema': async ({ backend }) => {
    expect(backend.engine).toMatch(/^[a-z0-9][a-z0-9._-]*$/);
    expect(backend.version).toMatch(/\d/);
    expect(backend.target).not.toBe('');
    expect(backend.schema()).not.toBe('');
    expect(CONTRACT_VERSION).toBe(1);
  },

  'what an engine supports does not change while it is open': async (rig) => {
    const before = structuredClone(rig.backend.supports);
    const generation = await buildLive(rig.backend, documents);
    const reader = await rig.backend.reader(generation);
    await page(reader, ALL);
    await reader.close();
    expect(rig.backend.supports).toEqual(before);
    const { target } = rig.backend;
    expect((await rig.reopen()).supports).toEqual(before);
    expect(rig.backend.target).toBe(target);
  },

  'closing twice is no error': async ({ backend }) => {
    const generation = await buildLive(backend, documents);
    const reader = await backend.reader(generation);
    const writer = await backend.writer(generation);
    await reader.close();
    await reader.close();
    await writer.close();
    await writer.close();
    await backend.close();
    await backend.close();
  },

  'a closed reader answers nothing more': async ({ backend }) => {
    const reader = await backend.reader(await buildLive(backend, documents));
    await reader.close();
    await expect(page(reader, ALL)).rejects.toMatchObject(CLOSED);
    await expect(reader.count(ALL, EVERYONE)).rejects.toMatchObject(CLOSED);
    await expect(reader.state()).rejects.toMatchObject(CLOSED);
  },

  'a closed writer takes nothing more': async ({ backend }) => {
    const writer = await backend.writer(await buildLive(backend, documents));
    await writer.close();
    await expect(writer.write(puts([document('b1')], 99), 99)).rejects.toMatchObject(CLOSED);
    await expect(writer.finish()).rejects.toMatchObject(CLOSED);
  },

  'a closed backend does nothing more': async ({ backend }) => {
    const generation = await buildLive(backend, documents);
    await backend.close();
    await expect(backend.generations()).rejects.toMatchObject(CLOSED);
    await expect(backend.live()).rejects.toMatchObject(CLOSED);
    await expect(backend.create('fingerprint')).rejects.toMatchObject(CLOSED);
    await expect(backend.writer(generation)).rejects.toMatchObject(CLOSED);
    await expect(backend.reader(generation)).rejects.toMatchObject(CLOSED);
    await expect(backend.swap(generation)).rejects.toMatchObject(CLOSED);
    await expect(backend.drop(generation)).rejects.toMatchObject(CLOSED);
  },

  'a reader that is closed while it searches answers or says so': async ({ backend }) => {
    const reader = await backend.reader(await buildLive(backend, documents));
    const asked = Array.from({ length: 8 }, () => page(reader, word('journal')));
    const settled = Promise.allSettled(asked);
    await reader.close();
    for (const outcome of await settled) {
      if (outcome.status === 'fulfilled') expect(outcome.value).toHaveLength(documents.length);
      else expect(outcome.reason).toMatchObject(CLOSED);
    }
  },

  'a backend that is closed while it is busy leaves whole batches': async (rig) => {
    const generation = await buildLive(rig.backend, documents);
    const reader = await rig.backend.reader(generation);
    const writer = await rig.backend.writer(generation);
    const search = Promise.allSettled([page(reader, word('journal'))]);
    const write = Promise.allSettled([writer.write(puts([document('b1'), document('b2')], 51), 52)]);
    await rig.backend.close();
    const [searched] = await search;
    if (searched?.status === 'rejected') expect(searched.reason).toMatchObject(CLOSED);
    const [written] = await write;
    if (written?.status === 'rejected') expect(written.reason).toMatchObject(CLOSED);

    const backend = await rig.reopen();
    const [info] = await backend.generations();
    expect(info?.applied).toBe(written?.status === 'fulfilled' ? 52 : 50);
    expect(info?.documents).toBe(written?.status === 'fulfilled' ? 52 : 50);
  },

  'many searches at a time are answered': async ({ backend }) => {
    const generation = await buildLive(backend, documents);
    const readers = await Promise.all(Array.from({ length: 4 }, () => backend.reader(generation)));
    const answers = await Promise.all(
      readers.flatMap((reader) => Array.from({ length: 10 }, () => reader.count(word('journal'), EVERYONE))),
    );
    expect(new Set(answers)).toEqual(new Set([documents.length]));
    await Promise.all(readers.map((reader) => reader.close()));
  },

  'searches are answered while a batch is written': async ({ backend }) => {
    const generation = await buildLive(backend, documents);
    const reader = await backend.reader(generation);
    const writer = await backend.writer(generation);
    const more = Array.from({ length: 200 }, (_, i) => document(`b${i.toString(16).padStart(2, '0')}`));
    const write = writer.write(puts(more, 51), 250);
    const before = await reader.count(ALL, EVERYONE);
    // The whole batch or nothing of it, or a prefix where batches are not atomic.
    if (backend.supports.atomicBatches) expect([50, 250]).toContain(before);
    await write;
    await reader.close();
    await writer.close();
    const after = await backend.reader(generation);
    expect(await after.count(ALL, EVERYONE)).toBe(250);
    await after.close();
  },

  'a search that is aborted beforehand is refused': async ({ backend }) => {
    const reader = await backend.reader(await buildLive(backend, documents));
    const request = { condition: ALL, sort: 'newest', limit: 10, offset: 0, after: null } as const;
    const signal = AbortSignal.abort(new Error('changed my mind'));
    await expect(reader.search(request, EVERYONE, { signal })).rejects.toThrow();
    await expect(reader.count(ALL, EVERYONE, { signal })).rejects.toThrow();
    expect(await reader.count(ALL, EVERYONE)).toBe(documents.length);
    await reader.close();
  },
};
