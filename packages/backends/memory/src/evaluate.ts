import { type Condition, unreachable } from '@hayrick/core/backend';
import { nearMatches, phraseMatches } from './evaluate-sequences.ts';
import { type Evaluation, holdersOf } from './evaluation.ts';
import { tokensNear, tokensOfItem } from './expand.ts';
import type { Keyword } from './keyword-index.ts';
import {
  addSlot,
  copyOf,
  eachSlot,
  emptySet,
  intersect,
  isEmpty,
  type SlotSet,
  sizeOf,
  subtract,
  unite,
} from './slot-set.ts';

type Of<K extends Condition['kind']> = Extract<Condition, { kind: K }>;

/** The documents among `within` that match. Looks at no others but those that the index names for a part of the condition. */
export function evaluate(evaluation: Evaluation, condition: Condition, within: SlotSet): SlotSet {
  switch (condition.kind) {
    case 'all':
      evaluation.looked += sizeOf(within);
      return copyOf(within);
    case 'none':
      return emptySet(evaluation.capacity);
    case 'and':
      return everyOf(evaluation, condition.of, within);
    case 'or':
      return anyOf(evaluation, condition.of, within);
    case 'not':
      return without(evaluation, condition.of, within);
    case 'phrase':
      return phrase(evaluation, condition, within);
    case 'near':
      return nearMatches(evaluation, condition, within);
    case 'fuzzy': {
      const tokens = tokensNear(evaluation.index.words, condition);
      return holdersOf(evaluation, tokens, condition.fields, within);
    }
    case 'keyword': {
      const keyword = evaluation.index.keywords.find(condition.field, condition.value);
      return keywords(evaluation, keyword === undefined ? [] : [keyword], within);
    }
    case 'keyword-prefix':
      return keywords(evaluation, evaluation.index.keywords.at(condition.field, condition.prefix), within);
    case 'range':
      return range(evaluation, condition, within);
    case 'archives': {
      const held = evaluation.index.documents.heldBy(condition.names);
      intersect(held, within);
      return held;
    }
    case 'ids':
      return named(evaluation, condition.ids, within);
    default:
      return unreachable(condition);
  }
}

/** What promises the fewest documents first; each further part is asked of those that are left. */
function everyOf(evaluation: Evaluation, of: readonly Condition[], within: SlotSet): SlotSet {
  const parts = of.map((part) => ({ part, most: mostOf(evaluation, part) })).sort((a, b) => a.most - b.most);
  let left: SlotSet | null = null;
  for (const { part } of parts) {
    left = evaluate(evaluation, part, left ?? within);
    if (isEmpty(left)) break;
  }
  return left ?? evaluate(evaluation, { kind: 'all' }, within);
}

function anyOf(evaluation: Evaluation, of: readonly Condition[], within: SlotSet): SlotSet {
  const found = emptySet(evaluation.capacity);
  for (const part of of) unite(found, evaluate(evaluation, part, within));
  return found;
}

function without(evaluation: Evaluation, of: Condition, within: SlotSet): SlotSet {
  const left = copyOf(within);
  subtract(left, evaluate(evaluation, of, within));
  return left;
}

function phrase(evaluation: Evaluation, condition: Of<'phrase'>, within: SlotSet): SlotSet {
  const { fields, items } = condition;
  const [only, second] = items;
  if (only === undefined) return emptySet(evaluation.capacity);
  if (second !== undefined) return phraseMatches(evaluation, condition, within);
  return holdersOf(evaluation, tokensOfItem(evaluation.index.words, only), fields, within);
}

function keywords(evaluation: Evaluation, of: readonly Keyword[], within: SlotSet): SlotSet {
  const found = emptySet(evaluation.capacity);
  for (const { slots } of of) for (const slot of slots) addSlot(found, slot);
  evaluation.looked += sizeOf(found);
  intersect(found, within);
  return found;
}

/** Ids that are asked for stand in order: few documents are looked for among many ids, else many ids among the documents. */
function named(evaluation: Evaluation, ids: readonly string[], within: SlotSet): SlotSet {
  const { documents } = evaluation.index;
  const found = emptySet(evaluation.capacity);
  const asked = sizeOf(within);
  if (asked < ids.length) {
    evaluation.looked += asked;
    eachSlot(within, (slot) => {
      if (holds(ids, documents.idOf(slot))) addSlot(found, slot);
    });
    return found;
  }
  for (const id of ids) {
    const slot = documents.slotOf(id);
    if (slot !== undefined) addSlot(found, slot);
  }
  evaluation.looked += sizeOf(found);
  intersect(found, within);
  return found;
}

/** Whether a sorted list has it. */
function holds(sorted: readonly string[], wanted: string): boolean {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((sorted[middle] ?? '') < wanted) low = middle + 1;
    else high = middle;
  }
  return sorted[low] === wanted;
}

function range(evaluation: Evaluation, { field, from, to }: Of<'range'>, within: SlotSet): SlotSet {
  const found = emptySet(evaluation.capacity);
  const sorted = evaluation.index.rangesOf(field);
  if (sorted === undefined) return found;
  const { first, end } = sorted.placesOf(from, to);
  const column = columnOf(evaluation, field);
  const asked = sizeOf(within);
  if (column !== null && asked < end - first) {
    evaluation.looked += asked;
    eachSlot(within, (slot) => {
      const value = column(slot);
      if ((from === null || value >= from) && (to === null || value <= to)) addSlot(found, slot);
    });
    return found;
  }
  const { slots } = sorted.settled();
  for (let place = first; place < end; place++) addSlot(found, slots[place] ?? 0);
  evaluation.looked += sizeOf(found);
  intersect(found, within);
  return found;
}

/** The one number of a document, for fields of which each has one. */
function columnOf({ index: { documents } }: Evaluation, field: string): ((slot: number) => number) | null {
  if (field === 'date') return (slot) => documents.dateOf(slot);
  if (field === 'received') return (slot) => documents.receivedOf(slot);
  if (field === 'size') return (slot) => documents.sizeOf(slot);
  return null;
}

/** At most so many documents match, as far as that is cheap to tell; what only takes away comes last. */
function mostOf(evaluation: Evaluation, condition: Condition): number {
  const { index, capacity } = evaluation;
  switch (condition.kind) {
    case 'none':
      return 0;
    case 'and':
      return Math.min(...condition.of.map((part) => mostOf(evaluation, part)), capacity);
    case 'or':
      return condition.of.reduce((sum, part) => sum + mostOf(evaluation, part), 0);
    case 'phrase':
      return rarestOf(
        evaluation,
        condition.fields,
        condition.items.flatMap((i) => (i.kind === 'token' ? [i.token] : [])),
      );
    case 'near':
      return rarestOf(evaluation, condition.fields, condition.tokens);
    case 'keyword':
      return index.keywords.find(condition.field, condition.value)?.slots.length ?? 0;
    case 'ids':
      return Math.min(condition.ids.length, capacity);
    case 'range': {
      const places = index.rangesOf(condition.field)?.placesOf(condition.from, condition.to);
      return places === undefined ? 0 : places.end - places.first;
    }
    case 'not':
      return 2 * capacity;
    default:
      return capacity;
  }
}

function rarestOf(
  { index: { words }, capacity }: Evaluation,
  fields: readonly string[],
  tokens: readonly string[],
): number {
  const counts = tokens.map((token) => {
    const postings = words.postings(token);
    return fields.reduce(
      (sum, field) => sum + (postings?.get(words.numberOfField(field) ?? -1)?.size ?? 0),
      0,
    );
  });
  return Math.min(capacity, ...counts);
}
