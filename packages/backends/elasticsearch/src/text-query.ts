import { BOUNDARY, type DeclaredField, FIELDS, type PhraseItem } from '@hayrick/core/backend';
import type { Dsl } from './compile.ts';
import { RANKING, textPath } from './mapping.ts';

/**
 * Tokens are asked for as core has made them: the analyser of the fields only divides at blanks, and tokens have none.
 * @param ranked the order is by relevance: fields count by their weights. What is found is the same
 */
export function phraseQuery(
  fields: readonly string[],
  items: readonly PhraseItem[],
  ranked: boolean,
  weights: WeightOf = weightsOf([]),
): Dsl {
  const [first, ...others] = items;
  if (first === undefined || fields.length === 0) return { match_none: {} };
  if (others.length === 0) {
    if (first.kind === 'prefix') return prefixQuery(fields, first, ranked, weights);
    return ranked
      ? rankedWord(fields, first.token, weights)
      : anyField(fields, (path) => [{ term: { [path]: first.token } }]);
  }
  if (items.every((item) => item.kind === 'token')) {
    const query = items.map(({ token }) => token).join(' ');
    return anyField(fields, (path, field) => [
      { match_phrase: { [path]: { query, ...boost(field, ranked, weights) } } },
    ]);
  }
  const rule = { all_of: { ordered: true, max_gaps: 0, intervals: items.map(ofItem) } };
  return anyField(fields, (path, field) => [
    { intervals: { [path]: { ...rule, ...boost(field, ranked, weights) } } },
  ]);
}

/**
 * The smallest stretches that hold all the tokens, each as often as it is asked for, without a boundary and with few enough others between:
 * where any stretch will do, one of these does.
 */
export function nearQuery(
  fields: readonly string[],
  tokens: readonly string[],
  distance: number,
  ranked: boolean,
  weights: WeightOf = weightsOf([]),
): Dsl {
  if (tokens.length === 0) return { match_none: {} };
  const rule = {
    all_of: {
      ordered: false,
      max_gaps: distance,
      intervals: tokens.map(ofToken),
      filter: { not_containing: ofToken(BOUNDARY) },
    },
  };
  return anyField(fields, (path, field) => [
    { intervals: { [path]: { ...rule, ...boost(field, ranked, weights) } } },
  ]);
}

/**
 * By characters, swaps counted as two edits, the first one fixed. Rewritten to a constant score it takes all terms within reach; any other
 * way it stops at the nearest fifty.
 */
export function fuzzyQuery(
  fields: readonly string[],
  token: string,
  edits: 1 | 2,
  ranked: boolean,
  weights: WeightOf = weightsOf([]),
): Dsl {
  const options = { fuzziness: edits, prefix_length: 1, transpositions: false, rewrite: 'constant_score' };
  return anyField(fields, (path, field) => [
    { fuzzy: { [path]: { value: token, ...options, ...boost(field, ranked, weights) } } },
  ]);
}

/** All fields of a document weighed together. */
function rankedWord(fields: readonly string[], token: string, weightOf: WeightOf): Dsl {
  const weighed = fields.map((field) => `${textPath(field)}^${Math.max(1, weightOf(field) * RANKING.raise)}`);
  return { combined_fields: { query: token, fields: weighed } };
}

function prefixQuery(
  fields: readonly string[],
  { prefix, stems }: Extract<PhraseItem, { kind: 'prefix' }>,
  ranked: boolean,
  weights: WeightOf,
): Dsl {
  return anyField(fields, (path, field) => {
    const weight = boost(field, ranked, weights);
    const begins = { prefix: { [path]: { value: prefix, ...weight } } };
    return stems.length === 0 ? [begins] : [begins, { terms: { [path]: [...stems], ...weight } }];
  });
}

function ofItem(item: PhraseItem): Dsl {
  if (item.kind === 'token') return ofToken(item.token);
  const prefix = { prefix: { prefix: item.prefix } };
  return item.stems.length === 0 ? prefix : { any_of: { intervals: [prefix, ...item.stems.map(ofToken)] } };
}

function ofToken(token: string): Dsl {
  return { match: { query: token } };
}

function anyField(fields: readonly string[], of: (path: string, field: string) => readonly Dsl[]): Dsl {
  const should = fields.flatMap((field) => of(textPath(field), field));
  const [only, ...others] = should;
  if (only === undefined) return { match_none: {} };
  return others.length === 0 ? only : { bool: { should, minimum_should_match: 1 } };
}

/** What an occurrence in the field counts where each field is weighed by itself: as much as where all are weighed together. */
function boost(field: string, ranked: boolean, weightOf: WeightOf): { readonly boost?: number } {
  if (!ranked) return {};
  const { raise, k1 } = RANKING;
  const weight = weightOf(field) * raise;
  return { boost: Math.round(((weight * (1 + k1)) / (weight + k1)) * 100) / 100 };
}

/** What a match in a field counts for relevance. */
export type WeightOf = (field: string) => number;

/** As on every engine: by core's field table; of a declared one what the settings say, else 1. */
export function weightsOf(declared: readonly DeclaredField[]): WeightOf {
  const weights = new Map<string, number>(declared.map(({ name, weight }) => [name, weight ?? 1]));
  for (const [name, shape] of Object.entries(FIELDS)) if ('weight' in shape) weights.set(name, shape.weight);
  return (field) => weights.get(field) ?? 1;
}
