import { unreachable } from '../errors.ts';
import type { Condition, PhraseItem } from './condition.ts';

/**
 * A condition as an s-expression for people: `(and (phrase (subject own) "a" "b") (not (range date 0 99)))`.
 * Strings are quoted as in JSON; an open end is `*`; a prefix is `"wor"*`, with its further stems as `("wor"* "w")`.
 */
export function printCondition(condition: Condition): string {
  switch (condition.kind) {
    case 'all':
    case 'none':
      return condition.kind;
    case 'and':
    case 'or':
      return list([condition.kind, ...condition.of.map(printCondition)]);
    case 'not':
      return list(['not', printCondition(condition.of)]);
    case 'phrase':
      return list([
        condition.items.length > 1 ? 'phrase' : 'word',
        list(condition.fields),
        ...condition.items.map(printItem),
      ]);
    case 'near':
      return list([
        'near',
        String(condition.distance),
        list(condition.fields),
        ...condition.tokens.map(quote),
      ]);
    case 'fuzzy':
      return list(['fuzzy', String(condition.edits), list(condition.fields), quote(condition.token)]);
    case 'keyword':
      return list(['keyword', condition.field, quote(condition.value)]);
    case 'keyword-prefix':
      return list(['keyword', condition.field, `${quote(condition.prefix)}*`]);
    case 'range':
      return list(['range', condition.field, printBound(condition.from), printBound(condition.to)]);
    case 'archives':
      return list(['archives', ...condition.names.map(quote)]);
    case 'regex':
      return list(['regex', condition.field, quote(condition.pattern)]);
    case 'thread':
      return list([
        'thread',
        typeof condition.of === 'string' ? quote(condition.of) : printCondition(condition.of),
      ]);
    default:
      return unreachable(condition);
  }
}

function list(parts: readonly string[]): string {
  return `(${parts.join(' ')})`;
}

function printItem(item: PhraseItem): string {
  if (item.kind === 'token') return quote(item.token);
  const prefix = `${quote(item.prefix)}*`;
  return item.stems.length === 0 ? prefix : list([prefix, ...item.stems.map(quote)]);
}

function printBound(bound: number | null): string {
  return bound === null ? '*' : String(bound);
}

function quote(text: string): string {
  return JSON.stringify(text);
}
