import { BOUNDARY, FIELDS, type PhraseItem } from '@hayrick/core/backend';
import type { Dsl } from './compile.ts';
import { textPath } from './mapping.ts';

type Weighted = { readonly path: string; readonly boost: number };

/** Tokens are asked for as core has made them: the analyser of the fields only divides at blanks, and tokens have none. */
export function phraseQuery(fields: readonly string[], items: readonly PhraseItem[]): Dsl {
  const [first, ...others] = items;
  if (first === undefined) return { match_none: {} };
  if (others.length === 0) {
    return anyField(fields, ({ path, boost }) =>
      first.kind === 'token'
        ? [{ term: { [path]: { value: first.token, boost } } }]
        : [
            { prefix: { [path]: { value: first.prefix, boost } } },
            ...(first.stems.length === 0 ? [] : [{ terms: { [path]: [...first.stems], boost } }]),
          ],
    );
  }
  if (items.every((item) => item.kind === 'token')) {
    const query = items.map(({ token }) => token).join(' ');
    return anyField(fields, ({ path, boost }) => [{ match_phrase: { [path]: { query, boost } } }]);
  }
  const rule = { all_of: { ordered: true, max_gaps: 0, intervals: items.map(ofItem) } };
  return anyField(fields, ({ path, boost }) => [{ intervals: { [path]: { ...rule, boost } } }]);
}

/**
 * The smallest stretches that hold all the tokens, each as often as it is asked for, without a boundary and with few enough others between:
 * where any stretch will do, one of these does.
 */
export function nearQuery(fields: readonly string[], tokens: readonly string[], distance: number): Dsl {
  if (tokens.length === 0) return { match_none: {} };
  const rule = {
    all_of: {
      ordered: false,
      max_gaps: distance,
      intervals: tokens.map(ofToken),
      filter: { not_containing: ofToken(BOUNDARY) },
    },
  };
  return anyField(fields, ({ path, boost }) => [{ intervals: { [path]: { ...rule, boost } } }]);
}

/**
 * By characters, swaps counted as two edits, the first one fixed. Rewritten to a constant score it takes all terms within reach; any other
 * way it stops at the nearest fifty.
 */
export function fuzzyQuery(fields: readonly string[], token: string, edits: 1 | 2): Dsl {
  const options = { fuzziness: edits, prefix_length: 1, transpositions: false, rewrite: 'constant_score' };
  return anyField(fields, ({ path, boost }) => [{ fuzzy: { [path]: { value: token, ...options, boost } } }]);
}

function ofItem(item: PhraseItem): Dsl {
  if (item.kind === 'token') return ofToken(item.token);
  const prefix = { prefix: { prefix: item.prefix } };
  return item.stems.length === 0 ? prefix : { any_of: { intervals: [prefix, ...item.stems.map(ofToken)] } };
}

function ofToken(token: string): Dsl {
  return { match: { query: token } };
}

function anyField(fields: readonly string[], of: (field: Weighted) => readonly Dsl[]): Dsl {
  const should = fields.flatMap((field) => of({ path: textPath(field), boost: weightOf(field) }));
  const [only, ...others] = should;
  if (only === undefined) return { match_none: {} };
  return others.length === 0 ? only : { bool: { should, minimum_should_match: 1 } };
}

/** As on every engine: what a match in the field counts for relevance; in a declared one, 1. */
function weightOf(field: string): number {
  const shape = Object.entries(FIELDS).find(([name]) => name === field)?.[1];
  return shape !== undefined && 'weight' in shape ? shape.weight : 1;
}
