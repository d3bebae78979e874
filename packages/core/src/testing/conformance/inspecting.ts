import { expect } from 'vitest';
import type { Backend, Change, GenerationInspector, StoredDocument } from '../../backend/index.ts';
import { BOUNDARY } from '../../backend/index.ts';
import { backendDocument } from '../arbitraries/documents.ts';
import { build, buildLive, document, type Facts, puts, update } from './rig.ts';

const SOME = ['c3', 'a1', 'e5', 'b2', 'd4'].map((id, i) =>
  document(id, {
    date: 100 - i,
    received: 200 + i,
    size: 300 + i,
    archives: i % 2 === 0 ? ['alpha', 'beta'] : ['gamma'],
    text: { own: `journal inod / word${i} journal`, signature: 'ann', dfb: 'ext4' },
    keywords: { from: ['Ann@example.org', 'a b'], has: ['patch'] },
    numbers: { score: [i, 7] },
  }),
);

/** The changes of documents with a digest each: as core gives them. */
function digested(changes: readonly Change[], digest: number): Change[] {
  return changes.map((change, i) =>
    change.kind === 'remove' ? change : { ...change, document: { ...change.document, digest: digest + i } },
  );
}

async function inspecting<T>(
  backend: Backend,
  generation: string,
  use: (inspector: GenerationInspector) => Promise<T>,
): Promise<T> {
  const inspector = await backend.inspect(generation);
  try {
    return await use(inspector);
  } finally {
    await inspector.close();
  }
}

/** All that is stored, in pieces of a size. */
async function storedOf(inspector: GenerationInspector, size: number): Promise<StoredDocument[]> {
  const all: StoredDocument[] = [];
  for (let after: string | null = null; ; after = all.at(-1)?.id ?? null) {
    const page = await inspector.stored(after, size);
    all.push(...page);
    if (page.length < size) return all;
  }
}

const short = (stored: readonly StoredDocument[]): string[] => stored.map(({ id }) => id.slice(0, 2));

export const INSPECTING: Facts = {
  'what is stored is told in the order of ids, in pieces of any size': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    await inspecting(backend, generation, async (inspector) => {
      expect(inspector.generation).toBe(generation);
      for (const size of [1, 2, 5, 100]) {
        expect(short(await storedOf(inspector, size)), `pieces of ${size}`).toEqual([
          'a1',
          'b2',
          'c3',
          'd4',
          'e5',
        ]);
      }
      expect(short(await inspector.stored('b2'.padEnd(32, 'f'), 2))).toEqual(['c3', 'd4']);
      expect(await inspector.stored('f'.repeat(32), 2)).toEqual([]);
    });
  },

  'what is stored is what was given, with its digest, whoever may read it': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    const again = digested(puts(SOME, SOME.length + 1), 2 ** 47);
    await update(backend, generation, again);
    await inspecting(backend, generation, async (inspector) => {
      const stored = new Map((await storedOf(inspector, 2)).map((one) => [one.id, one]));
      for (const change of again) {
        if (change.kind !== 'put') continue;
        const { id, date, received, size, archives, digest } = change.document;
        expect(stored.get(id)).toMatchObject({ id, date, received, size, archives, digest });
      }
      expect(stored.size).toBe(SOME.length);
    });
  },

  'what is stored follows puts and removals': async ({ backend }) => {
    const generation = await buildLive(backend, SOME.slice(0, 3));
    await update(backend, generation, digested(puts(SOME.slice(2), 4), 5));
    await update(backend, generation, [{ kind: 'remove', seq: 7, id: 'a1'.padEnd(32, '0') }]);
    await inspecting(backend, generation, async (inspector) => {
      const stored = await storedOf(inspector, 2);
      expect(stored.map(({ id, digest = 0 }) => [id.slice(0, 2), digest])).toEqual([
        ['b2', 6],
        ['c3', 0],
        ['d4', 7],
        ['e5', 5],
      ]);
    });
  },

  'a generation that is not live, and one that is empty, are looked at as well': async ({ backend }) => {
    const live = await buildLive(backend, SOME);
    const kept = await build(backend, SOME.slice(0, 2));
    const empty = await build(backend, []);
    expect(await inspecting(backend, live, (one) => one.stored(null, 9))).toHaveLength(5);
    expect(await inspecting(backend, kept, (one) => one.stored(null, 9))).toHaveLength(2);
    expect(await inspecting(backend, empty, (one) => one.stored(null, 9))).toEqual([]);
    expect(await inspecting(backend, empty, (one) => one.check())).toEqual([]);
    await expect(backend.inspect('g999')).rejects.toMatchObject({ code: 'GENERATION_NONE' });
  },

  'nothing is wrong with what was written, replaced and removed': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    const other = document('a1', {
      date: 1,
      text: { subject: 'other words', dfb: 'inod inod' },
      numbers: { due: [4, 4] },
    });
    await update(backend, generation, puts([other, document('ff', { date: 50 })], 6));
    await update(backend, generation, [{ kind: 'remove', seq: 8, id: 'e5'.padEnd(32, '0') }]);
    await inspecting(backend, generation, async (inspector) => {
      expect(await inspector.check()).toEqual([]);
      if (inspector.compare === undefined) return;
      const there = [other, document('ff', { date: 50 }), ...SOME.filter(({ id }) => !/^(?:a1|e5)/.test(id))];
      const documents = there.map((one) => backendDocument(one, BOUNDARY));
      expect(await inspector.compare(documents)).toEqual([]);
    });
  },

  'where it can compare what is indexed, it finds every document of other words, keywords and numbers':
    async ({ backend }) => {
      const generation = await buildLive(backend, SOME);
      await inspecting(backend, generation, async (inspector) => {
        if (inspector.compare === undefined) return;
        const wrong = SOME.map((one, i) => {
          const given = backendDocument(one, BOUNDARY);
          const { text, keywords } = given;
          if (i === 0) return { ...given, text: { ...text, own: `${text['own']} more` } };
          if (i === 1) return { ...given, text: { ...text, own: `inod journal ${BOUNDARY} word1 journal` } };
          if (i === 2) return { ...given, keywords: { ...keywords, has: ['patch', 'html'] } };
          if (i === 3) return { ...given, numbers: { score: [7] } };
          return given;
        });
        const damages = await inspector.compare([...wrong, backendDocument(document('ee'), BOUNDARY)]);
        expect(damages.map(({ id }) => id)).toEqual(SOME.slice(0, 4).map(({ id }) => id));
      });
    },

  'nothing is told any more once it is closed': async ({ backend }) => {
    const generation = await buildLive(backend, SOME);
    const inspector = await backend.inspect(generation);
    await inspector.close();
    await expect(inspector.stored(null, 1)).rejects.toMatchObject({ code: 'CLOSED' });
    await expect(inspector.check()).rejects.toMatchObject({ code: 'CLOSED' });
  },
};
