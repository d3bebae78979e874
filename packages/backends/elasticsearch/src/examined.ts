import type { Condition } from '@hayrick/core/backend';
import { type CompileContext, compileCondition, type Dsl } from './compile.ts';

/**
 * How many documents the engine has to look at for a condition, before what may be read is filtered: each part by itself is read from the
 * inverted index; of parts that must all match the rarest leads, and those of which one is enough are all gone through.
 *
 * @param count of the documents that a query matches
 */
export async function countCandidates(
  condition: Condition,
  context: CompileContext,
  count: (query: Dsl) => Promise<number>,
): Promise<number> {
  const each = (of: readonly Condition[]): Promise<number[]> =>
    Promise.all(of.map((part) => countCandidates(part, context, count)));
  switch (condition.kind) {
    case 'none':
      return 0;
    case 'or':
      return (await each(condition.of)).reduce((sum, n) => sum + n, 0);
    case 'and': {
      const leading = condition.of.filter(({ kind }) => kind !== 'not' && kind !== 'all');
      return leading.length === 0
        ? count(compileCondition({ kind: 'all' }, context))
        : Math.min(...(await each(leading)));
    }
    case 'not':
      return count(compileCondition({ kind: 'all' }, context));
    case 'phrase':
    case 'near':
      return count(compileCondition(holdingAll(condition), context));
    default:
      return count(compileCondition(condition, context));
  }
}

type Positional = Extract<Condition, { kind: 'phrase' | 'near' }>;

/** Documents whose positions are compared: all that hold every token somewhere in a field. */
function holdingAll(condition: Positional): Condition {
  const { fields } = condition;
  const items =
    condition.kind === 'phrase'
      ? condition.items
      : condition.tokens.map((token) => ({ kind: 'token' as const, token }));
  const inField = (field: string): Condition => ({
    kind: 'and',
    of: items.map((item) => ({ kind: 'phrase', fields: [field], items: [item] })),
  });
  return items.length === 0 ? { kind: 'none' } : { kind: 'or', of: fields.map(inField) };
}
