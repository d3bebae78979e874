// Hot: once a posting of a word that is ranked by. bench: memory.

import type { Postings } from './postings.ts';
import { eachSlot, hasSlot, type SlotSet, sizeOf } from './slot-set.ts';
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
  const sourcesHeld = new Uint16Array(words.slots);
  const lastSource = new Uint16Array(words.slots);
  const sources = [...new Set(asked.map(({ source }) => source))];
  const wanted = sizeOf(of);
  for (const [i, source] of sources.entries()) {
    for (const word of asked) {
      if (word.source !== source) continue;
      scoreWord(words, word, of, wanted, (slot, score) => {
        scores[slot] = (scores[slot] ?? 0) + score;
        if (lastSource[slot] === i + 1) return;
        lastSource[slot] = i + 1;
        sourcesHeld[slot] = (sourcesHeld[slot] ?? 0) + 1;
      });
    }
  }
  for (let slot = 0; slot < scores.length; slot++)
    scores[slot] = (scores[slot] ?? 0) * (sourcesHeld[slot] ?? 0);
  return scores;
}

function scoreWord(
  words: WordIndex,
  { boosts, tokens }: ScoredWord,
  of: SlotSet,
  wanted: number,
  add: (slot: number, score: number) => void,
): void {
  for (const { token, weight } of tokens) {
    const postings = words.postings(token);
    for (const [field, boost] of boosts) {
      const inField = postings?.get(field);
      if (inField === undefined) continue;
      const score = scoring(words, field, inField.size, weight * boost);
      if (wanted < inField.size) {
        eachSlot(of, (slot) => {
          const times = inField.get(slot);
          if (times !== undefined) add(slot, score(slot, times));
        });
      } else {
        addListed(inField, of, score, add);
      }
    }
  }
}

function addListed(
  postings: Postings,
  of: SlotSet,
  score: (slot: number, times: number) => number,
  add: (slot: number, score: number) => void,
): void {
  for (const [slot, times] of postings) if (hasSlot(of, slot)) add(slot, score(slot, times));
}

/** BM25+ of a token in a field: Lv and Zhai, "Lower-bounding term frequency normalization", 2011, with MiniSearch's parameters. */
function scoring(
  words: WordIndex,
  field: number,
  holders: number,
  weight: number,
): (slot: number, times: number) => number {
  const { k, b, d } = words.bm25;
  const average = words.averageLength(field);
  const rarity = Math.log(1 + (words.documentCount - holders + 0.5) / (holders + 0.5));
  return (slot, times) => {
    const length = 1 - b + (b * words.lengthOf(slot, field)) / average;
    return weight * rarity * (d + (times * (k + 1)) / (times + k * length));
  };
}
