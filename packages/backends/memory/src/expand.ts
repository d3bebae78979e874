import type { PhraseItem } from '@hayrick/core/backend';
import { withinEdits } from './edit-distance.ts';
import type { WordIndex } from './word-index.ts';

/** The indexed tokens that one position of a phrase may be met by. */
export function tokensOfItem(words: WordIndex, item: PhraseItem): readonly string[] {
  if (item.kind === 'token') return words.postings(item.token) === null ? [] : [item.token];
  const stems = item.stems.filter((stem) => words.postings(stem) !== null && !stem.startsWith(item.prefix));
  return [...words.tokensAt(item.prefix), ...stems];
}

/** The indexed tokens within so many edits of a token that begin with its first character. */
export function tokensNear(words: WordIndex, token: string, edits: number): readonly string[] {
  const wanted = [...token];
  const found: string[] = [];
  for (const other of words.tokensAt(wanted[0] ?? '')) {
    // A character is one or two code units.
    const longEnough = other.length >= wanted.length - edits && other.length <= 2 * (wanted.length + edits);
    if (longEnough && withinEdits([...other], wanted, edits)) found.push(other);
  }
  return found;
}
