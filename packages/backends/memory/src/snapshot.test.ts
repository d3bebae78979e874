import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Condition, Document, FoundDocument } from '@hayrick/core/backend';
import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { applyBatch } from './apply.ts';
import { foldGeneration } from './fold.ts';
import { FORMAT, type GenerationFile, snapshotPath } from './generation-file.ts';
import type { Batch } from './journal-frames.ts';
import { MemoryIndex } from './memory-index.ts';
import { countIndex, searchIndex } from './search.ts';
import { PIECES } from './snapshot-form.ts';
import { readSnapshot } from './snapshot-reader.ts';

const FIELDS = ['subject', 'own', 'quoted'];
const ARCHIVES = ['alpha', 'beta'];
const TOKENS = ['journal', 'journ', 'inod', 'in', '内核', '核', '𐐨𐐲', '¶'];
const KEYWORDS = ['ann@example.org', 'Ann', 'a"b', '\ud800', 'é内核'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hayrick-snapshot-'));
  return () => rmSync(folder, { recursive: true });
});

const words = fc
  .array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 6 })
  .map((list) => list.join(' '));
const numbers = fc.subarray([-5, 0, 7, 5_000_000_000], { minLength: 1 });
const document: fc.Arbitrary<Document> = fc.record({
  id: fc.constantFrom(...Array.from({ length: 12 }, (_, i) => `${i.toString(16)}f`.repeat(16))),
  archives: fc.subarray(ARCHIVES, { minLength: 1 }),
  date: fc.constantFrom(-1, 0, 1, 1_600_000_000),
  received: fc.constantFrom(0, 1, 1_600_000_000),
  size: fc.constantFrom(0, 10, 5_000_000_000),
  text: some({ subject: words, own: words, quoted: words, unknown: words }),
  keywords: some({ mid: fc.subarray(KEYWORDS, { minLength: 1 }), has: fc.constant<string[]>(['patch']) }),
  numbers: some({ score: numbers, due: numbers }),
});
const batch: fc.Arbitrary<Batch> = fc
  .uniqueArray(document, { selector: ({ id }) => id, maxLength: 6 })
  .chain((all) =>
    fc.nat({ max: all.length }).map((puts) => ({
      put: all.slice(0, puts),
      remove: all.slice(puts).map(({ id }) => id),
    })),
  );

function some<T>(model: Record<string, fc.Arbitrary<T>>): fc.Arbitrary<Record<string, T>> {
  return fc.record(model, { requiredKeys: [] }) as fc.Arbitrary<Record<string, T>>;
}

/** A few documents, always the same. */
function sampled(): Document[] {
  const many = fc.uniqueArray(document, { selector: ({ id }) => id, minLength: 5, maxLength: 5 });
  return fc.sample(many, { numRuns: 1, seed: 1 })[0] ?? [];
}

const phrase = (...tokens: string[]): Condition => ({
  kind: 'phrase',
  fields: FIELDS,
  items: tokens.map((token) => ({ kind: 'token', token })),
});
const QUESTIONS: readonly Condition[] = [
  { kind: 'all' },
  ...TOKENS.map((token) => phrase(token)),
  phrase('journal', 'inod'),
  phrase('内核', '核'),
  { kind: 'not', of: phrase('journal') },
  { kind: 'phrase', fields: ['own'], items: [{ kind: 'prefix', prefix: 'j', stems: ['in'] }] },
  { kind: 'near', fields: FIELDS, tokens: ['journal', 'inod'], distance: 2 },
  { kind: 'fuzzy', fields: FIELDS, token: 'journ', edits: 2 },
  ...KEYWORDS.map((value): Condition => ({ kind: 'keyword', field: 'mid', value })),
  { kind: 'keyword-prefix', field: 'mid', prefix: '' },
  { kind: 'range', field: 'size', from: 1, to: null },
  { kind: 'range', field: 'score', from: 0, to: 7 },
  { kind: 'range', field: 'due', from: null, to: null },
  { kind: 'archives', names: ['beta'] },
];

/** Answers to everything, with scores rounded: sums of the same numbers in another order. */
function answers(index: MemoryIndex): unknown {
  return QUESTIONS.map((condition) =>
    [['alpha'], ['beta'], ARCHIVES].map((archives) => ({
      asked: JSON.stringify(condition),
      count: countIndex(index, condition, { archives }),
      pages: (['newest', 'oldest', 'relevance'] as const).map((sort) =>
        searchIndex(index, { condition, sort, limit: 100, offset: 0, after: null }, { archives }).hits.map(
          rounded,
        ),
      ),
    })),
  );
}

function rounded({ id, date, score }: FoundDocument): unknown {
  return [id, date, score === null ? null : Number(score.toPrecision(9))];
}

const START: GenerationFile = {
  format: FORMAT,
  epoch: 0,
  fingerprint: 'fingerprint',
  createdAt: 1,
  fields: FIELDS,
  finished: false,
  snapshot: null,
};

/** Folds the index into a new epoch and reads it again. */
async function reloaded(
  index: MemoryIndex,
  file: GenerationFile,
): Promise<{ index: MemoryIndex; file: GenerationFile }> {
  const progress = { applied: 7, writes: 3, documents: index.documents.count };
  const folded = await foldGeneration(folder, file, index, progress);
  if (folded.snapshot === null) throw new Error('no snapshot');
  return {
    index: await readSnapshot(snapshotPath(folder, folded.epoch), folded.snapshot, FIELDS),
    file: folded,
  };
}

async function apply(index: MemoryIndex, given: Batch): Promise<void> {
  await applyBatch(index, given, () => undefined);
}

describe('a snapshot', () => {
  it('answers like the index it was made of, and takes further changes like it, however often it is folded', async () => {
    const history = fc.array(fc.tuple(batch, fc.boolean()), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(history, async (steps) => {
        const left = new Map<string, Document>();
        const unfolded = new MemoryIndex(FIELDS);
        let folded = { index: new MemoryIndex(FIELDS), file: START };
        for (const [one, fold] of steps) {
          await apply(unfolded, one);
          await apply(folded.index, one);
          if (fold) folded = await reloaded(folded.index, folded.file);
          for (const put of one.put) left.set(put.id, put);
          for (const id of one.remove) left.delete(id);
        }
        folded = await reloaded(folded.index, folded.file);
        const fresh = new MemoryIndex(FIELDS);
        await apply(fresh, { put: [...left.values()], remove: [] });
        const expected = answers(fresh);
        expect(answers(unfolded)).toEqual(expected);
        expect(answers(folded.index)).toEqual(expected);
        expect(new Set(folded.index.words.tokensAt(''))).toEqual(new Set(fresh.words.tokensAt('')));
        // Nothing of what was replaced or removed is left.
        expect(folded.index.documents.slots).toBe(left.size);
      }),
      { numRuns: 60 },
    );
  }, 120_000);

  it('has few bytes a token: common ones have one', async () => {
    const index = new MemoryIndex(FIELDS);
    const rare = Array.from({ length: 1000 }, (_, i) => `rare${i}`).join(' ');
    const common = 'journal '.repeat(1000).trim();
    const one = (id: string, own: string): Document => ({
      ...{ archives: ['alpha'], date: 1, received: 1, size: 1, keywords: {}, numbers: {} },
      id: id.repeat(32),
      text: { own },
    });
    await apply(index, { put: [one('a', rare), one('b', common), one('c', 'journal')], remove: [] });
    expect(index.words.sequence(1).length).toBeGreaterThan(2000);
    const { index: folded } = await reloaded(index, START);
    expect(folded.words.sequence(1).length).toBeLessThan(1010);
  });
});

describe('damage', () => {
  const spoil: readonly (readonly [string, (bytes: Buffer) => Buffer])[] = [
    [
      'a changed byte at the start',
      (bytes) => Buffer.concat([Buffer.of((bytes[0] ?? 0) ^ 1), bytes.subarray(1)]),
    ],
    [
      'a changed byte at the end',
      (bytes) => Buffer.concat([bytes.subarray(0, -1), Buffer.of((bytes.at(-1) ?? 0) ^ 1)]),
    ],
    ['a missing end', (bytes) => bytes.subarray(0, -1)],
    ['an end too many', (bytes) => Buffer.concat([bytes, Buffer.of(0)])],
    ['emptiness', () => Buffer.alloc(0)],
  ];

  it.each(PIECES)('of the piece %s is told, with what to do', async (piece) => {
    const index = new MemoryIndex(FIELDS);
    await apply(index, { put: sampled(), remove: [] });
    const { file } = await reloaded(index, START);
    const snapshot = snapshotPath(folder, file.epoch);
    const path = join(snapshot, piece);
    const whole = readFileSync(path);
    const read = (): Promise<MemoryIndex> =>
      readSnapshot(snapshot, file.snapshot ?? { applied: 0, writes: 0, documents: 0, pieces: {} }, FIELDS);
    for (const [name, change] of spoil) {
      writeFileSync(path, change(whole));
      await expect(read(), name).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
      await expect(read(), name).rejects.toThrow(`${path} is damaged`);
      await expect(read(), name).rejects.toThrow('Run rebuild_index');
    }
    rmSync(path);
    await expect(read()).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    copyFileSync(join(snapshot, PIECES.find((other) => other !== piece) ?? ''), path);
    await expect(read()).rejects.toMatchObject({ code: 'INDEX_DAMAGED' });
    writeFileSync(path, whole);
    expect(answers(await read())).toEqual(answers(index));
  });
});
