// Hot: once a posting of a word that is ranked by. bench: memory.

import type { Postings } from './postings.ts';
import { addSlot, eachSlot, emptySet, hasSlot, type SlotSet, sizeOf } from './slot-set.ts';
import type { WordIndex } from './word-index.ts';

/** A word that matches are ranked by. */
export interface ScoredWord {
  /** As it was asked for: documents that hold more of the words asked for count more. */
  readonly source: string;
  /** What a match counts, by the field's number. */
  readonly boosts: ReadonlyMap<number, number>;
  /** The indexed tokens it stands for, and what they count. */
  readonly tokens: readonly { readonly token: string; readonly weight: number }[];
}

/**
 * The scores that MiniSearch's `search` gives: BM25+ by field, times the number of words asked for that a document holds. `search`
 * itself makes an object with two lists of every document that holds one of the words and sorts them, which for a word that all mail has
 * takes a tenth of a second; here a number is added for each of the documents that are wanted. scores.test.ts holds both together.
 */
export function scoresOf(words: WordIndex, asked: readonly ScoredWord[], of: SlotSet): Float64Array {
  const scores = new Float64Array(words.slots);
  const held = new Uint16Array(words.slots);
  const wanted = sizeOf(of);
  const bySource = Map.groupBy(asked, ({ source }) => source);
  for (const ofSource of bySource.values()) {
    const holders = emptySet(words.slots);
    for (const { boosts, tokens } of ofSource) {
      for (const { token, weight } of tokens) {
        const postings = words.postings(token);
        for (const [field, boost] of boosts) {
          const inField = postings?.get(field);
          if (inField === undefined) continue;
          const scoring = { field, weight: weight * boost, holders: inField.size };
          const some = wanted < inField.size ? only(inField, of) : inField;
          addScores(words, scoring, some, of, scores, holders);
        }
      }
    }
    eachSlot(holders, (slot) => {
      held[slot] = (held[slot] ?? 0) + 1;
    });
  }
  for (let slot = 0; slot < scores.length; slot++) scores[slot] = (scores[slot] ?? 0) * (held[slot] ?? 0);
  return scores;
}

function only(postings: Postings, of: SlotSet): Postings {
  const some: Postings = new Map();
  eachSlot(of, (slot) => {
    const times = postings.get(slot);
    if (times !== undefined) some.set(slot, times);
  });
  return some;
}

interface Scoring {
  readonly field: number;
  readonly weight: number;
  /** Documents that hold the token in the field. */
  readonly holders: number;
}

/** BM25+ of a token in a field: Lv and Zhai, "Lower-bounding term frequency normalization", 2011, with MiniSearch's parameters. */
function addScores(
  words: WordIndex,
  { field, weight, holders }: Scoring,
  postings: Postings,
  of: SlotSet,
  scores: Float64Array,
  found: SlotSet,
): void {
  const { k, b, d } = words.bm25;
  const lengths = words.lengthsIn(field);
  const perToken = b / words.averageLength(field);
  const rarity = weight * Math.log(1 + (words.documentCount - holders + 0.5) / (holders + 0.5));
  for (const [slot, times] of postings) {
    if (!hasSlot(of, slot)) continue;
    const length = 1 - b + perToken * (lengths[slot] ?? 0);
    scores[slot] = (scores[slot] ?? 0) + rarity * (d + (times * (k + 1)) / (times + k * length));
    addSlot(found, slot);
  }
}
