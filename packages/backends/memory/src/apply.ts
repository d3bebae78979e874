import { setImmediate } from 'node:timers/promises';
import type { Document } from '@hayrick/core/backend';
import type { Batch } from './journal-frames.ts';
import type { MemoryIndex } from './memory-index.ts';

/** Characters of text after which other work of the process gets its turn: some milliseconds of indexing. */
const TURN = 1 << 16;

/**
 * Applies a batch. Searches meanwhile are answered from what was there before; the whole batch comes into sight at once, with `shown`.
 */
export async function applyBatch(
  index: MemoryIndex,
  { put, remove }: Batch,
  shown: () => void,
): Promise<void> {
  let done = 0;
  async function turn(characters: number): Promise<void> {
    done += characters;
    if (done < TURN) return;
    done = 0;
    await setImmediate();
  }

  const added: number[] = [];
  for (const document of put) {
    added.push(index.put(document));
    await turn(charactersOf(document));
  }
  const ids = [...put.map(({ id }) => id), ...remove];
  const replaced = ids.flatMap((id) => index.documents.slotOf(id) ?? []);
  for (const slot of replaced) index.documents.hide(slot);
  for (const slot of added) index.documents.show(slot);
  shown();
  for (const slot of replaced) {
    const size = index.words.sequence(slot).length;
    index.take(slot);
    await turn(3 * size);
  }
}

function charactersOf({ text }: Document): number {
  return Object.values(text).reduce((sum, words) => sum + words.length, 0);
}
