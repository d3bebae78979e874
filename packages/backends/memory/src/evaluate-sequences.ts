// Hot: phrases of common words go through the sequences of many documents. bench: memory.
import type { Condition } from '@hayrick/core/backend';
import { ByteWriter } from './byte-writer.ts';
import { type Evaluation, fieldNumbers, holdersOf } from './evaluation.ts';
import { tokensOfItem } from './expand.ts';
import type { Postings } from './postings.ts';
import { holdsPhrase, nearTest, tokensOfField } from './sequences.ts';
import { addSlot, eachSlot, emptySet, hasSlot, type SlotSet, sizeOf } from './slot-set.ts';
import type { Term } from './terms.ts';

type Of<K extends Condition['kind']> = Extract<Condition, { kind: K }>;

/** A phrase of two tokens or more: of the documents that hold all of them in one field, those whose sequence has them in their order. */
export function phraseMatches(evaluation: Evaluation, condition: Of<'phrase'>, within: SlotSet): SlotSet {
  const { words } = evaluation.index;
  const last = condition.items.at(-1);
  const open = last?.kind === 'prefix' ? last : null;
  const exact = condition.items.flatMap((item) => (item.kind === 'token' ? [item.token] : []));
  const terms = termsOf(evaluation, exact);
  if (terms === null || exact.length < condition.items.length - (open === null ? 0 : 1))
    return emptySet(evaluation.capacity);
  const pattern = patternOf(terms);
  if (open === null) {
    return inOneField(evaluation, condition.fields, terms, within, (tokens) =>
      holdsPhrase(tokens, pattern, null),
    );
  }
  const endings = tokensOfItem(words, open);
  const numbers = new Set(endings.map((token) => words.terms.find(token)?.number ?? -1));
  const ending = holdersOf(evaluation, endings, condition.fields, within);
  return inOneField(evaluation, condition.fields, terms, ending, (tokens) =>
    holdsPhrase(tokens, pattern, (number) => numbers.has(number)),
  );
}

/** Of the documents that hold all tokens in one field, those that hold them near each other. */
export function nearMatches(evaluation: Evaluation, condition: Of<'near'>, within: SlotSet): SlotSet {
  const terms = termsOf(evaluation, condition.tokens);
  if (terms === null || terms.length === 0) return emptySet(evaluation.capacity);
  const wanted = new Map<number, number>();
  for (const { number } of terms) wanted.set(number, (wanted.get(number) ?? 0) + 1);
  return inOneField(evaluation, condition.fields, terms, within, nearTest(wanted, condition.distance));
}

/** Null where one of the tokens stands in no document. */
function termsOf({ index: { words } }: Evaluation, tokens: readonly string[]): Term[] | null {
  const terms = tokens.map((token) => words.terms.find(token));
  const known = terms.filter((term) => term !== undefined);
  return known.length < terms.length ? null : known;
}

/** The documents that hold all terms in one and the same field, whose tokens there pass the test. */
function inOneField(
  evaluation: Evaluation,
  fields: readonly string[],
  terms: readonly Term[],
  within: SlotSet,
  test: (tokens: Buffer) => boolean,
): SlotSet {
  const { words } = evaluation.index;
  const found = emptySet(evaluation.capacity);
  const looked = emptySet(evaluation.capacity);
  const asked = sizeOf(within);
  for (const field of fieldNumbers(words, fields)) {
    const lists = listsOf(terms, field);
    const [rarest, ...others] = lists ?? [];
    if (rarest === undefined) continue;
    const look = (slot: number): void => {
      if (!hasSlot(within, slot) || hasSlot(found, slot)) return;
      if (!others.every((list) => list.has(slot))) return;
      addSlot(looked, slot);
      if (test(tokensOfField(words.sequence(slot), field))) addSlot(found, slot);
    };
    if (asked < rarest.size) {
      eachSlot(within, (slot) => {
        if (rarest.has(slot)) look(slot);
      });
    } else {
      for (const slot of rarest.keys()) look(slot);
    }
  }
  evaluation.looked += sizeOf(looked);
  return found;
}

/** The terms' postings in a field, the shortest first; null where one has none. */
function listsOf(terms: readonly Term[], field: number): Postings[] | null {
  const lists = terms.map(({ postings }) => postings?.get(field));
  const known = [...new Set(lists.filter((list) => list !== undefined))];
  if (lists.includes(undefined)) return null;
  return known.sort((a, b) => a.size - b.size);
}

function patternOf(terms: readonly Term[]): Buffer {
  const out = new ByteWriter();
  for (const { number } of terms) out.varint(number);
  return Buffer.from(out.written());
}
