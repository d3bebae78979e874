import type { Damage, Document, GenerationInspector, StoredDocument } from '@hayrick/core/backend';
import { HayrickError } from '@hayrick/core/backend';
import type { MemoryIndex } from './memory-index.ts';
import { OpenGeneration } from './open-generation.ts';
import { KEPT, type KeptSums, readKeptSums, sumsOf } from './posting-sums.ts';

/** Runs what may touch files. @param ended the one it is done for is closed */
type InFolder = <T>(work: () => T | Promise<T>, ended?: boolean) => Promise<T>;

/** Looks at a generation as it lies on disk, whatever this process has in memory of it. @throws HayrickError INDEX_DAMAGED */
export async function openInspector(
  directory: string,
  name: string,
  inFolder: InFolder,
): Promise<GenerationInspector> {
  const generation = await OpenGeneration.open(directory, name);
  let ended = false;
  let byId: { readonly slots: Uint32Array; readonly writes: number } | null = null;
  let sums: { readonly of: KeptSums; readonly slots: number } | null = null;

  async function looking<T>(signal: AbortSignal | undefined, work: (index: MemoryIndex) => T): Promise<T> {
    return inFolder(async () => {
      signal?.throwIfAborted();
      await generation.follow();
      signal?.throwIfAborted();
      return work(generation.index);
    }, ended);
  }

  function slotsById({ documents }: MemoryIndex): Uint32Array {
    const { writes } = generation.progress;
    if (byId?.writes !== writes) {
      const slots = Uint32Array.from(documents.shown()).sort((a, b) => documents.compareIds(a, b));
      byId = { slots, writes };
    }
    return byId.slots;
  }

  return {
    generation: name,
    stored: (after, limit, { signal } = {}) =>
      looking(signal, (index) => {
        const slots = slotsById(index);
        const first = after === null ? 0 : firstBehind(index, slots, after);
        return Array.from(slots.subarray(first, first + limit), (slot) => storedAt(index, slot));
      }),
    check: ({ signal } = {}) =>
      inFolder(async () => {
        signal?.throwIfAborted();
        // Reading all of it is the check: every piece and frame bears its checksum.
        return damageOf(async () => (await OpenGeneration.open(directory, name)).close());
      }, ended),
    compare: (documents, { signal } = {}) =>
      looking(signal, (index) => {
        sums ??= { of: readKeptSums(index), slots: index.documents.slots };
        const { of, slots } = sums;
        return documents.flatMap((document) => {
          const slot = index.documents.slotOf(document.id);
          // What was written since is not in the sums.
          return slot === undefined || slot >= slots ? [] : compareOne(index, of, slot, document);
        });
      }),
    async close() {
      ended = true;
      await generation.close();
    },
  };
}

function firstBehind({ documents }: MemoryIndex, slots: Uint32Array, id: string): number {
  let low = 0;
  let high = slots.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (documents.idOf(slots[middle] ?? 0) <= id) low = middle + 1;
    else high = middle;
  }
  return low;
}

function storedAt({ documents }: MemoryIndex, slot: number): StoredDocument {
  return {
    id: documents.idOf(slot),
    date: documents.dateOf(slot),
    received: documents.receivedOf(slot),
    size: documents.sizeOf(slot),
    archives: documents.archivesOf(slot),
    digest: documents.digestOf(slot),
  };
}

async function damageOf(look: () => Promise<void>): Promise<readonly Damage[]> {
  try {
    await look();
    return [];
  } catch (error) {
    if (!(error instanceof HayrickError) || error.code !== 'INDEX_DAMAGED') throw error;
    return [{ id: null, what: error.message }];
  }
}

function compareOne(index: MemoryIndex, kept: KeptSums, slot: number, document: Document): Damage[] {
  const wanted = sumsOf(document, index.words.fields);
  const wrong: string[] = KEPT.filter((what) => kept[what][slot] !== wanted[what]);
  if (!sameText(index.words.textOf(slot), document.text)) wrong.unshift('word order');
  if (!sameNumbers(index.numbersOf(slot), document.numbers)) wrong.push('numbers');
  if (wrong.length === 0) return [];
  return [{ id: document.id, what: `other ${wrong.join(', ')} than those of the message` }];
}

function sameText(one: Document['text'], other: Document['text']): boolean {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...fields].every((field) => (one[field] ?? '') === (other[field] ?? ''));
}

function sameNumbers(one: Document['numbers'], other: Document['numbers']): boolean {
  const fields = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...fields].every((field) => (one[field] ?? []).join() === (other[field] ?? []).join());
}
