// Hot: judges every doubtful candidate of a proximity search. bench: search.
import { BOUNDARY, type Condition } from '@hayrick/core/backend';
import type { Positions } from './fts5/position-lists.ts';

/** Six orders; of four words there would be 24. */
const MOST_ORDERED = 3;

export type Near = Extract<Condition, { kind: 'near' }>;

/**
 * FTS5's NEAR counts the tokens between the first word and the last, those in the middle that are asked for among them. It takes no heed
 * of borders between values, and one place may stand for a word that is asked for twice: so what it finds is too much and never too little.
 */
export function gapOf({ tokens, distance }: Near): number {
  return distance + tokens.length - 2;
}

/**
 * A search whose matches are all those of which FTS5 cannot know: a border may stand between the words, or a word is asked for twice. Null
 * where it knows of all.
 */
export function doubtOf(near: Near): Near | null {
  const tokens = [...new Set(near.tokens)];
  if (tokens.length < near.tokens.length) return near;
  const distance = gapOf(near) - tokens.length + 1;
  return tokens.length < 2 || distance < 0 ? null : { ...near, tokens: [...tokens, BOUNDARY], distance };
}

/** Phrases in which the words stand side by side, which is near enough however they are asked for: few words have few such orders. */
export function sureSigns({ fields, tokens }: Near): readonly Condition[] {
  if (tokens.length > MOST_ORDERED || new Set(tokens).size < tokens.length) return [];
  return orders(tokens).map((order) => ({
    kind: 'phrase',
    fields,
    items: order.map((token) => ({ kind: 'token', token })),
  }));
}

function orders(tokens: readonly string[]): readonly (readonly string[])[] {
  if (tokens.length < 2) return [tokens];
  return tokens.flatMap((token, i) => orders(tokens.toSpliced(i, 1)).map((rest) => [token, ...rest]));
}

/**
 * Whether some stretch within one value, `distance` tokens longer than the words, holds all of them, each as often as it is asked for.
 * @param positionsOf where a token stands; BOUNDARY is asked for where it matters
 */
export function holdsNear({ tokens, distance }: Near, positionsOf: (token: string) => Positions): boolean {
  const times = new Map<string, number>();
  for (const token of tokens) times.set(token, (times.get(token) ?? 0) + 1);
  const wanted = [...times.values()];
  const words = [...times.keys()].flatMap((token, which) => positionsOf(token).map((at) => ({ at, which })));
  words.sort((a, b) => a.at - b.at);
  const left = [...wanted];
  let borders: Positions | null = null;
  let missing = tokens.length;
  let first = 0;
  for (const { at, which } of words) {
    if ((left[which] ?? 0) > 0) missing--;
    left[which] = (left[which] ?? 0) - 1;
    if (missing > 0) continue;
    // As short as it can be: a longer one would hold every border of it.
    for (
      let start = words[first];
      start !== undefined && (left[start.which] ?? 0) < 0;
      start = words[first]
    ) {
      left[start.which] = (left[start.which] ?? 0) + 1;
      first++;
    }
    const begin = words[first]?.at ?? at;
    const isShort = at - begin < tokens.length + distance;
    if (!isShort) continue;
    borders ??= positionsOf(BOUNDARY);
    if (!standsBetween(borders, begin, at)) return true;
  }
  return false;
}

function standsBetween(positions: Positions, begin: number, end: number): boolean {
  let low = 0;
  let high = positions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((positions[middle] ?? 0) < begin) low = middle + 1;
    else high = middle;
  }
  return (positions[low] ?? Number.POSITIVE_INFINITY) < end;
}
