import type { Condition, PhraseItem } from './condition.ts';

/** A word whose presence counts for a match, and where it counts. */
export interface SoughtWord {
  readonly fields: readonly string[];
  readonly item: PhraseItem | { readonly kind: 'fuzzy'; readonly token: string; readonly edits: 1 | 2 };
}

/** The words a matching message may hold, for marking them in text: what stands under a `not` or in another message is no part. */
export function wordsOfCondition(condition: Condition): readonly SoughtWord[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap(wordsOfCondition);
    case 'not':
      return condition.of.kind === 'not' ? wordsOfCondition(condition.of.of) : [];
    case 'phrase':
      return condition.items.map((item) => ({ fields: condition.fields, item }));
    case 'near':
      return condition.tokens.map((token) => ({ fields: condition.fields, item: { kind: 'token', token } }));
    case 'fuzzy':
      return [
        { fields: condition.fields, item: { kind: 'fuzzy', token: condition.token, edits: condition.edits } },
      ];
    default:
      return [];
  }
}

/** Whether results can be sorted by relevance to something: a query of dates and names alone is answered newest first. */
export function hasWords(condition: Condition): boolean {
  return wordsOfCondition(condition).length > 0;
}
