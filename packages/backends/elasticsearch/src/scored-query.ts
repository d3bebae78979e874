import type { Scoring } from '@hayrick/core/backend';
import { type CompileContext, compileCondition, type Dsl } from './compile.ts';

/**
 * A query with what narrows it beside it, where nothing is scored, and its scores multiplied.
 * @param context one that is not ranked
 */
export function scoredQuery(query: Dsl, { narrow, boosts }: Scoring, context: CompileContext): Dsl {
  const narrowed: Dsl =
    narrow === null ? query : { bool: { must: [query], filter: [compileCondition(narrow, context)] } };
  if (boosts.length === 0) return narrowed;
  const functions = boosts.map(({ condition, factor }) => ({
    filter: compileCondition(condition, context),
    weight: factor,
  }));
  return { function_score: { query: narrowed, functions, score_mode: 'multiply', boost_mode: 'multiply' } };
}
