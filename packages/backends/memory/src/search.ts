import type {
  Access,
  Condition,
  EngineExplanation,
  FoundDocument,
  SearchPage,
  SearchRequest,
} from '@hayrick/core/backend';
import { evaluate } from './evaluate.ts';
import type { Evaluation } from './evaluation.ts';
import { describeCondition } from './given.ts';
import type { MemoryIndex } from './memory-index.ts';
import { scoredWords, type WeightOf, weightsOf } from './relevance.ts';
import { scoresOf } from './scores.ts';
import { addSlot, eachSlot, emptySet, type SlotSet, sizeOf } from './slot-set.ts';

/**
 * One page of an index as it is now.
 * @param weights what a match in a field counts
 */
export function searchIndex(
  index: MemoryIndex,
  request: SearchRequest,
  access: Access,
  weights: WeightOf = weightsOf([]),
): SearchPage {
  const narrow = request.scoring?.narrow ?? null;
  const condition: Condition =
    narrow === null ? request.condition : { kind: 'and', of: [request.condition, narrow] };
  const { found, evaluation } = matching(index, condition, access);
  if (request.limit === 0) return { hits: [] };
  return {
    hits:
      request.sort === 'relevance'
        ? byScore(evaluation, request, found, weights)
        : byDate(index, request, found),
  };
}

export function countIndex(index: MemoryIndex, condition: Condition, access: Access): number {
  return sizeOf(matching(index, condition, access).found);
}

export function explainIndex(index: MemoryIndex, condition: Condition, access: Access): EngineExplanation {
  const { evaluation } = matching(index, condition, access);
  return { given: describeCondition(condition), examined: evaluation.looked };
}

/** The documents that match and may be read. */
export function matching(
  index: MemoryIndex,
  condition: Condition,
  { archives }: Access,
): { readonly found: SlotSet; readonly evaluation: Evaluation } {
  const evaluation: Evaluation = { index, capacity: index.documents.slots, looked: 0 };
  const readable = index.documents.heldBy(archives);
  return { found: evaluate(evaluation, condition, readable), evaluation };
}

/** Matches as places in the order asked for: so a page is found without sorting. */
function byDate(index: MemoryIndex, request: SearchRequest, found: SlotSet): FoundDocument[] {
  const { after, offset, limit } = request;
  const { documents } = index;
  const order = index.order(request.sort === 'newest' ? 'newest' : 'oldest');
  const begin = after === null ? 0 : order.placeBehind(after);
  const places = emptySet(order.slots.length);
  eachSlot(found, (slot) => {
    const place = order.places[slot] ?? 0;
    if (place >= begin) addSlot(places, place);
  });
  const hits: FoundDocument[] = [];
  let passed = 0;
  eachSlot(places, (place) => {
    if (passed++ < offset) return true;
    const slot = order.slots[place] ?? 0;
    hits.push({ id: documents.idOf(slot), date: documents.dateOf(slot), score: null });
    return hits.length < limit;
  });
  return hits;
}

/** The best first, ties in the order of ids. */
function byScore(
  evaluation: Evaluation,
  request: SearchRequest,
  found: SlotSet,
  weights: WeightOf,
): FoundDocument[] {
  const { condition, offset, limit, scoring } = request;
  const { documents, words } = evaluation.index;
  const weightOf = (field: string): number => weights(field) * (scoring?.weights[field] ?? 1);
  const scores = scoresOf(words, scoredWords(words, condition, weightOf), found);
  for (const boost of scoring?.boosts ?? []) {
    eachSlot(evaluate(evaluation, boost.condition, found), (slot) => {
      scores[slot] = (scores[slot] ?? 0) * boost.factor;
    });
  }
  const scoreOf = (slot: number): number => scores[slot] ?? 0;
  const best = bestOf(found, scoreOf, offset + limit);
  best.sort((a, b) => scoreOf(b) - scoreOf(a) || documents.compareIds(a, b));
  return best
    .slice(offset, offset + limit)
    .map((slot) => ({ id: documents.idOf(slot), date: documents.dateOf(slot), score: scoreOf(slot) }));
}

/** The `count` slots of the highest scores in no order, and all that have the same score as the last of them. */
function bestOf(found: SlotSet, scoreOf: (slot: number) => number, count: number): number[] {
  const slots: number[] = [];
  eachSlot(found, (slot) => void slots.push(slot));
  if (slots.length <= count) return slots;
  const ascending = Float64Array.from(slots, scoreOf).sort();
  const least = ascending[ascending.length - count] ?? 0;
  return slots.filter((slot) => scoreOf(slot) >= least);
}
