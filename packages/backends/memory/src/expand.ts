import { type Condition, expandFuzzy, type PhraseItem } from '@hayrick/core/backend';
import type { WordIndex } from './word-index.ts';

/** The indexed tokens that one position of a phrase may be met by. */
export function tokensOfItem(words: WordIndex, item: PhraseItem): readonly string[] {
  if (item.kind === 'token') return words.postings(item.token) === null ? [] : [item.token];
  const stems = item.stems.filter((stem) => words.postings(stem) !== null && !stem.startsWith(item.prefix));
  return [...words.tokensAt(item.prefix), ...stems];
}

/** The indexed tokens that a fuzzy word stands for. */
export function tokensNear(
  words: WordIndex,
  fuzzy: Extract<Condition, { kind: 'fuzzy' }>,
): readonly string[] {
  const [first = ''] = fuzzy.token;
  return expandFuzzy(fuzzy, words.tokensAt(first));
}
