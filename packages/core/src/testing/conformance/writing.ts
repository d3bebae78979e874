import { expect } from 'vitest';
import { type Change, LIMITS } from '../../backend/index.ts';
import type { OracleDocument } from '../oracle/matches.ts';
import { idsUpTo, numbered, numberedDocument } from './numbered.ts';
import {
  ALL,
  build,
  buildLive,
  document,
  EVERYONE,
  type Facts,
  found,
  foundBy,
  page,
  puts,
  reading,
  update,
  word,
} from './rig.ts';

export const WRITING: Facts = {
  'an empty index finds nothing and counts 0': async ({ backend }) => {
    const generation = await buildLive(backend, []);
    expect(await found(backend, generation, ALL)).toEqual([]);
    expect(await reading(backend, generation, (reader) => reader.count(ALL, { archives: ['alpha'] }))).toBe(
      0,
    );
  },

  'a bulk build finds what was put': async ({ backend }) => {
    const generation = await buildLive(backend, [
      document('b1', { text: { own: 'journal' } }),
      document('a1', { text: { own: 'inod' } }),
    ]);
    expect(await found(backend, generation, word('journal'))).toEqual(['b1']);
    expect(await found(backend, generation, ALL)).toEqual(['a1', 'b1']);
  },

  'a put behind the bulk build is found': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1', { text: { own: 'journal' } })]);
    await update(backend, generation, puts([document('a2', { text: { own: 'journal' } })], 2));
    expect(await found(backend, generation, word('journal'))).toEqual(['a1', 'a2']);
  },

  'an index grows from nothing without a bulk build': async ({ backend }) => {
    const generation = await buildLive(backend, []);
    await update(backend, generation, puts([document('a1', { text: { own: 'journal' } })], 1));
    expect(await found(backend, generation, word('journal'))).toEqual(['a1']);
  },

  'a put replaces the whole document': async ({ backend }) => {
    const before = document('a1', {
      date: 10,
      archives: ['alpha', 'beta'],
      text: { own: 'journal', subject: 'old' },
      keywords: { mid: ['old@example.org'] },
      numbers: { score: [1] },
    });
    const generation = await buildLive(backend, [before]);
    const after = document('a1', {
      date: 20,
      archives: ['gamma'],
      text: { own: 'inod' },
      numbers: { score: [2] },
    });
    await update(backend, generation, puts([after], 2));

    const range = (field: string, from: number | null, to: number) => ({
      kind: 'range' as const,
      field,
      from,
      to,
    });
    await reading(backend, generation, async (reader) => {
      expect(await foundBy(reader, word('inod'))).toEqual(['a1']);
      expect(await foundBy(reader, ALL, ['gamma'])).toEqual(['a1']);
      expect(await foundBy(reader, ALL, ['alpha', 'beta'])).toEqual([]);
      expect(await foundBy(reader, word('journal'))).toEqual([]);
      expect(await foundBy(reader, word('old', 'subject'))).toEqual([]);
      expect(await foundBy(reader, { kind: 'keyword', field: 'mid', value: 'old@example.org' })).toEqual([]);
      expect(await foundBy(reader, range('date', 10, 10))).toEqual([]);
      expect(await foundBy(reader, range('date', 20, 20))).toEqual(['a1']);
      expect(await foundBy(reader, range('score', null, 1))).toEqual([]);
      expect(await foundBy(reader, range('score', 2, 2))).toEqual(['a1']);
    });
  },

  'a removed document is not found, and can come back': async ({ backend }) => {
    const one = document('a1', { text: { own: 'journal' }, keywords: { has: ['patch'] } });
    const generation = await buildLive(backend, [one, document('a2', { text: { own: 'journal' } })]);
    await update(backend, generation, [{ kind: 'remove', seq: 3, id: one.id }]);
    await reading(backend, generation, async (reader) => {
      expect(await foundBy(reader, word('journal'))).toEqual(['a2']);
      expect(await foundBy(reader, ALL)).toEqual(['a2']);
      expect(await foundBy(reader, { kind: 'not', of: word('inod') })).toEqual(['a2']);
      expect(await foundBy(reader, { kind: 'keyword', field: 'has', value: 'patch' })).toEqual([]);
    });

    await update(backend, generation, puts([one], 4));
    expect(await found(backend, generation, word('journal'))).toEqual(['a1', 'a2']);
  },

  'removing an unknown id changes nothing and moves the applied seq': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1')]);
    await update(backend, generation, [{ kind: 'remove', seq: 2, id: 'f'.repeat(32) }]);
    expect(await found(backend, generation, ALL)).toEqual(['a1']);
    const writer = await backend.writer(generation);
    expect(writer.applied).toBe(2);
    await writer.close();
  },

  'changes of one batch are applied in their order': async ({ backend }) => {
    const generation = await buildLive(backend, []);
    const old = document('a1', { text: { own: 'old' } });
    const young = document('a1', { text: { own: 'young' } });
    await update(backend, generation, [
      ...puts([old], 1),
      { kind: 'remove', seq: 2, id: old.id },
      ...puts([young, document('a2')], 3),
      { kind: 'remove', seq: 5, id: document('a2').id },
    ]);
    await reading(backend, generation, async (reader) => {
      expect(await foundBy(reader, ALL)).toEqual(['a1']);
      expect(await foundBy(reader, word('young'))).toEqual(['a1']);
      expect(await foundBy(reader, word('old'))).toEqual([]);
    });
  },

  'applying the same batch again changes nothing': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1')]);
    const batch = [
      ...puts([document('a2', { text: { own: 'journal journal' } })], 2),
      { kind: 'remove' as const, seq: 3, id: document('a1').id },
    ];
    await update(backend, generation, batch);
    await update(backend, generation, batch);
    expect(await found(backend, generation, ALL)).toEqual(['a2']);
    expect(
      await reading(backend, generation, (reader) => reader.count(word('journal'), { archives: ['alpha'] })),
    ).toBe(1);
    expect((await backend.generations()).map((g) => g.documents)).toEqual([1]);
  },

  'a bulk build that repeats a batch has each document once': async ({ backend }) => {
    const documents = [document('a1', { date: 1 }), document('a2', { date: 2 }), document('a3', { date: 3 })];
    const ranks = new Map(documents.map((one, i) => [one.id, i + 1]));
    const writer = await backend.create('fingerprint');
    await writer.write(puts(documents.slice(0, 2), 1, ranks), 2);
    await writer.write(puts(documents.slice(1), 2, ranks), 3);
    await writer.finish();
    await writer.close();
    await backend.swap(writer.generation);
    expect(await found(backend, writer.generation, ALL)).toEqual(['a1', 'a2', 'a3']);
    expect((await backend.generations()).map((g) => g.documents)).toEqual([3]);
  },

  'an unfinished bulk build goes on after a restart': async (rig) => {
    const documents = ['a1', 'a2', 'a3', 'a4'].map((id, i) =>
      document(id, { date: i, text: { own: 'journal' } }),
    );
    const ranks = new Map(documents.map((one, i) => [one.id, i + 1]));
    const first = await rig.backend.create('fingerprint');
    await first.write(puts(documents.slice(2), 1, ranks), 2);
    await first.close();

    const backend = await rig.reopen();
    expect((await backend.generations()).map((g) => [g.name, g.state])).toEqual([
      [first.generation, 'building'],
    ]);
    const second = await backend.writer(first.generation);
    expect(second.applied).toBeLessThanOrEqual(2);
    // From what the engine remembers on, as a resumed run does.
    const all = puts([...documents.slice(2), ...documents.slice(0, 2)], 1, ranks);
    await second.write(
      all.filter((change) => change.seq > second.applied),
      4,
    );
    await second.finish();
    await second.close();
    await backend.swap(first.generation);
    expect(await found(backend, first.generation, word('journal'))).toEqual(['a1', 'a2', 'a3', 'a4']);
  },

  'the applied seq outlives the process': async (rig) => {
    const generation = await buildLive(rig.backend, [document('a1')]);
    // Behind the last change: changes that this connection does not hold count as applied too.
    const writer = await rig.backend.writer(generation);
    await writer.write(puts([document('a2')], 7), 9);
    expect(writer.applied).toBe(9);
    await writer.close();

    const backend = await rig.reopen();
    const again = await backend.writer(generation);
    expect(again.applied).toBe(9);
    await again.close();
    expect((await backend.generations()).map((g) => g.applied)).toEqual([9]);
    expect(await found(backend, generation, ALL)).toEqual(['a1', 'a2']);
  },

  'an empty batch moves the applied seq': async ({ backend }) => {
    const generation = await buildLive(backend, []);
    const writer = await backend.writer(generation);
    await writer.write([], 12);
    expect(writer.applied).toBe(12);
    await writer.close();
  },

  'a write refuses nothing that core can make': async ({ backend }) => {
    const strange = document('a1', {
      date: 0,
      received: 0,
      size: 0,
      archives: ['a.b-c_d', 'alpha'],
      text: { own: `${'x'.repeat(64)} 内核 核 \ue000 𐐨𐐲 and or not near null`, topic: 'declar' },
      keywords: {
        mid: ['"quoted local"@example.org', '%', '\u0007'],
        has: ['attachment', 'html', 'patch', 'reply'],
      },
      numbers: { score: [-1, 0, 9_007_199_254_740_991], due: [0] },
    });
    const writer = await backend.create('fingerprint');
    expect((await writer.write(puts([strange, document('a2')], 1), 2)).refused).toEqual([]);
    await writer.finish();
    await writer.close();
    await backend.swap(writer.generation);
    expect(await found(backend, writer.generation, ALL, ['a.b-c_d'])).toEqual(['a1']);
  },

  'a batch tells what it added, updated and removed': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1'), document('a2')]);
    const writer = await backend.writer(generation);
    const outcome = await writer.write(
      [
        ...puts([document('a1', { date: 7 }), document('b1'), document('b2')], 3),
        { kind: 'remove', seq: 6, id: document('a2').id },
        { kind: 'remove', seq: 7, id: document('c1').id },
      ],
      7,
    );
    await writer.close();
    expect(outcome).toEqual({ added: 2, updated: 1, removed: 1, refused: [] });
  },

  'a message of a million tokens is found by its last words': async ({ backend }) => {
    const long = document('a1', { text: { own: `${'lorem ipsum '.repeat(499_999)}journal inod` } });
    const generation = await buildLive(backend, [long]);
    await reading(backend, generation, async (reader) => {
      expect(await foundBy(reader, word('inod'))).toEqual(['a1']);
      expect(await foundBy(reader, word('dolor'))).toEqual([]);
    });
  },

  'a message of as many addresses and references as core lets through is found by the last': async ({
    backend,
  }) => {
    const to = Array.from({ length: LIMITS.addresses }, (_, i) => `reader${i}@example.org`);
    const refs = Array.from({ length: LIMITS.references }, (_, i) => `${i}@example.org`);
    const generation = await buildLive(backend, [document('a1', { keywords: { to, refs } }), document('a2')]);
    await reading(backend, generation, async (reader) => {
      for (const [field, values] of Object.entries({ to, refs })) {
        const value = values.at(-1) ?? '';
        expect(await foundBy(reader, { kind: 'keyword', field, value }), field).toEqual(['a1']);
      }
    });
  },

  'a batch of as many messages as core gives at a time is written whole': async ({ backend }) => {
    const many = Array.from({ length: LIMITS.batchMessages }, (_, i) => numberedDocument(i + 1));
    const generation = await buildLive(backend, []);
    await update(backend, generation, puts(many, 1));
    const again = [...puts(many.slice(0, 500), 1001), ...removals(many.slice(500), 1501)];
    await update(backend, generation, again);
    const left = await reading(backend, generation, (reader) => reader.count(word('journal'), EVERYONE));
    expect(left).toBe(500);
    expect((await backend.generations()).map((g) => [g.documents, g.applied])).toEqual([[500, 2000]]);
  },

  'batches of a bulk build may overlap': async ({ backend }) => {
    const writer = await backend.create('fingerprint');
    const batches = [1, 11, 21, 31].map((first) => numbered(first, first + 9, true));
    await Promise.all(batches.map((batch) => writer.write(batch, 0)));
    expect(writer.applied).toBe(0);
    await writer.write([], 40);
    await writer.finish();
    await writer.close();
    await backend.swap(writer.generation);
    expect((await backend.generations()).map((g) => g.applied)).toEqual([40]);
    const hits = await reading(backend, writer.generation, (reader) => page(reader, ALL));
    expect(hits.map((hit) => hit.id)).toEqual(idsUpTo(40, true));
  },

  'a batch that is aborted midway can be written again': async ({ backend }) => {
    const generation = await buildLive(backend, []);
    await update(backend, generation, numbered(1, 20, false));
    const writer = await backend.writer(generation);
    const abort = new AbortController();
    const write = Promise.allSettled([writer.write(numbered(21, 520, false), 520, { signal: abort.signal })]);
    abort.abort();
    const [outcome] = await write;
    if (outcome?.status === 'fulfilled') expect(writer.applied).toBe(520);
    else expect([20, 520]).toContain(writer.applied);
    await writer.write(numbered(21, 520, false), 520);
    await writer.close();
    const hits = await reading(backend, generation, (reader) => page(reader, ALL));
    expect(hits.map((hit) => hit.id)).toEqual(idsUpTo(520, false));
  },

  'a write that is aborted beforehand writes nothing': async ({ backend }) => {
    const generation = await buildLive(backend, [document('a1')]);
    const writer = await backend.writer(generation);
    await expect(
      writer.write(puts([document('a2')], 2), 2, { signal: AbortSignal.abort() }),
    ).rejects.toThrow();
    expect(writer.applied).toBe(1);
    await writer.close();
    expect(await found(backend, generation, ALL)).toEqual(['a1']);
  },

  'two writers behind one another build on what the first wrote': async ({ backend }) => {
    const generation = await build(backend, []);
    await backend.swap(generation);
    await update(backend, generation, puts([document('a1')], 1));
    await update(backend, generation, puts([document('a2')], 2));
    expect(await found(backend, generation, ALL)).toEqual(['a1', 'a2']);
  },
};

function removals(documents: readonly OracleDocument[], first: number): Change[] {
  return documents.map(({ id }, i) => ({ kind: 'remove', seq: first + i, id }));
}
