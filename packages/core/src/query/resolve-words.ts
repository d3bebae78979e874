import { analyzeQuery, expandPrefix } from '../analysis/index.ts';
import type { Condition, PhraseItem } from './condition.ts';
import type { Leaf } from './lex.ts';
import type { Span } from './query.ts';
import { shown } from './shown.ts';

/** A leaf that looks for words. */
export type WordLeaf = Exclude<Leaf, { readonly kind: 'all' | 'regex' }>;
export type Report = (span: Span, message: string) => void;

const SHORTEST_FUZZY = 4;

/** Looks for a leaf's words in any one of some text fields. Null, with a report, where it holds no word. */
export function resolveWords(leaf: WordLeaf, fields: readonly string[], report: Report): Condition | null {
  switch (leaf.kind) {
    case 'text':
      if (!leaf.quoted) noteStars(leaf, report);
      return phrase(analyzeQuery(leaf.text), leaf, fields, report);
    case 'prefix':
      return resolvePrefix(leaf, fields, report);
    case 'near':
      return resolveNear(leaf, fields, report);
    case 'fuzzy':
      return resolveFuzzy(leaf, fields, report);
  }
}

function phrase(
  items: readonly PhraseItem[],
  leaf: WordLeaf,
  fields: readonly string[],
  report: Report,
): Condition | null {
  if (items.length > 0) return { kind: 'phrase', fields, items };
  report(leaf.span, `${shown(leaf.text)} has no letter or digit to search for: left out.`);
  return null;
}

function resolvePrefix(leaf: WordLeaf, fields: readonly string[], report: Report): Condition | null {
  noteStars(leaf, report);
  const expanded = expandPrefix(leaf.text);
  if (expanded.kind === 'too-short') {
    report(
      leaf.span,
      `${shown(`${leaf.text}*`)} begins with too little: at least two letters. Searched as the word ${shown(leaf.text)}.`,
    );
    return phrase(analyzeQuery(leaf.text), leaf, fields, report);
  }
  return phrase(expanded.kind === 'phrase' ? expanded.items : [], leaf, fields, report);
}

/** Each word by itself: what stands between blanks may come in any order. */
function resolveNear(
  leaf: WordLeaf & { readonly kind: 'near' },
  fields: readonly string[],
  report: Report,
): Condition | null {
  const items = leaf.text.split(/\s+/u).flatMap((word) => analyzeQuery(word));
  const tokens = items.flatMap((item) => (item.kind === 'token' ? [item.token] : []));
  if (tokens.length < items.length) {
    report(leaf.span, 'A single character of this script cannot be looked for nearby: searched as a phrase.');
    return phrase(analyzeQuery(leaf.text), leaf, fields, report);
  }
  if (tokens.length < 2) return phrase(items, leaf, fields, report);
  return { kind: 'near', fields, tokens, distance: leaf.distance };
}

function resolveFuzzy(
  leaf: WordLeaf & { readonly kind: 'fuzzy' },
  fields: readonly string[],
  report: Report,
): Condition | null {
  const items = analyzeQuery(leaf.text);
  const [first] = items;
  const letters = leaf.text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
  if (first?.kind === 'token' && items.length === 1 && letters >= SHORTEST_FUZZY) {
    return { kind: 'fuzzy', fields, token: first.token, edits: leaf.edits };
  }
  if (first !== undefined) {
    report(leaf.span, `"~" is for one word of ${SHORTEST_FUZZY} letters or more: searched as it stands.`);
  }
  return phrase(items, leaf, fields, report);
}

function noteStars(leaf: WordLeaf, report: Report): void {
  if (leaf.text.includes('*'))
    report(leaf.span, '"*" counts only at the end of a word: passed over elsewhere.');
}
