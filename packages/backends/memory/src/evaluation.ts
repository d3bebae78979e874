import type { MemoryIndex } from './memory-index.ts';
import type { Postings } from './postings.ts';
import { addSlot, eachSlot, emptySet, intersect, type SlotSet, sizeOf } from './slot-set.ts';
import type { WordIndex } from './word-index.ts';

/** One condition being answered. */
export interface Evaluation {
  readonly index: MemoryIndex;
  /** One more than the highest slot. */
  readonly capacity: number;
  /** Documents that were looked at, once for every part of the condition that named them. */
  looked: number;
}

/** The documents among `within` that hold one of the tokens in one of the fields. */
export function holdersOf(
  evaluation: Evaluation,
  tokens: readonly string[],
  fields: readonly string[],
  within: SlotSet,
): SlotSet {
  const lists = postingsOf(evaluation, tokens, fields);
  const found = emptySet(evaluation.capacity);
  const all = lists.reduce((sum, list) => sum + list.size, 0);
  const asked = sizeOf(within);
  if (asked * lists.length < all) {
    evaluation.looked += asked;
    eachSlot(within, (slot) => {
      if (lists.some((list) => list.has(slot))) addSlot(found, slot);
    });
    return found;
  }
  for (const list of lists) for (const slot of list.keys()) addSlot(found, slot);
  evaluation.looked += sizeOf(found);
  intersect(found, within);
  return found;
}

function postingsOf(
  { index: { words } }: Evaluation,
  tokens: readonly string[],
  fields: readonly string[],
): Postings[] {
  const numbers = fieldNumbers(words, fields);
  return tokens.flatMap((token) => {
    const postings = words.postings(token);
    return numbers.flatMap((field) => postings?.get(field) ?? []);
  });
}

/** Of the fields that this index has. */
export function fieldNumbers(words: WordIndex, fields: readonly string[]): number[] {
  return fields.flatMap((field) => words.numberOfField(field) ?? []);
}
