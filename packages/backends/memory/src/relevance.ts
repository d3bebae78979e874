import { type Condition, type DeclaredField, FIELDS } from '@hayrick/core/backend';
import { tokensNear, tokensOfItem } from './expand.ts';
import type { ScoredWord } from './scores.ts';
import type { WordIndex } from './word-index.ts';

/** MiniSearch's own weights of words that are not the very word asked for (its defaults). */
const PREFIX_WEIGHT = 0.375;
const FUZZY_WEIGHT = 0.45;

export type WeightOf = (field: string) => number;

/**
 * The words of a condition that matches are to be ranked by: those that are not negated.
 * @param weights what a match in a field counts
 */
export function scoredWords(
  words: WordIndex,
  condition: Condition,
  weights: WeightOf = weightsOf([]),
): ScoredWord[] {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return condition.of.flatMap((part) => scoredWords(words, part, weights));
    case 'phrase':
      return condition.items.map((item) => ({
        source: item.kind === 'token' ? item.token : item.prefix,
        boosts: boostsOf(words, condition.fields, weights),
        tokens: tokensOfItem(words, item).map((token) => ({
          token,
          weight: item.kind === 'token' ? 1 : prefixWeight(item.prefix, token),
        })),
      }));
    case 'near':
      return condition.tokens.map((token) => ({
        source: token,
        boosts: boostsOf(words, condition.fields, weights),
        tokens: [{ token, weight: 1 }],
      }));
    case 'fuzzy':
      return [
        {
          source: condition.token,
          boosts: boostsOf(words, condition.fields, weights),
          tokens: tokensNear(words, condition).map((token) => ({
            token,
            weight:
              token === condition.token
                ? 1
                : (FUZZY_WEIGHT * token.length) / (token.length + condition.edits),
          })),
        },
      ];
    default:
      return [];
  }
}

/** MiniSearch's: less the more letters follow. */
function prefixWeight(prefix: string, token: string): number {
  if (!token.startsWith(prefix)) return PREFIX_WEIGHT;
  const more = token.length - prefix.length;
  return more === 0 ? 1 : (PREFIX_WEIGHT * token.length) / (token.length + 0.3 * more);
}

/** By the field's number. */
function boostsOf(
  words: WordIndex,
  fields: readonly string[],
  weights: WeightOf,
): ReadonlyMap<number, number> {
  return new Map(
    fields.flatMap((field) => {
      const number = words.numberOfField(field);
      return number === undefined ? [] : [[number, weights(field)] as const];
    }),
  );
}

/** What a match counts: by core's field table, or as the settings say. Declared fields count as much as the sender's words where they do not. */
export function weightsOf(declared: readonly DeclaredField[]): WeightOf {
  const weights = new Map<string, number>(declared.map(({ name, weight }) => [name, weight ?? 1]));
  for (const [name, shape] of Object.entries(FIELDS)) if ('weight' in shape) weights.set(name, shape.weight);
  return (field) => weights.get(field) ?? 1;
}
