import { unreachable } from '../errors.ts';
import type { ConditionWithThreads, PhraseItem } from './condition.ts';

const SHOWN_IDS = 3;

/**
 * A condition as an s-expression for people: `(and (phrase (subject own) "a" "b") (not (range date 0 99)))`.
 * Strings are quoted as in JSON; an open end is `*`; a prefix is `"wor"*`, with its further stems as `("wor"* "w")`.
 *
 * @param nameOf what parts are called that are to stand otherwise; null: as they are
 */
export function printCondition(
  condition: ConditionWithThreads,
  nameOf: (part: ConditionWithThreads) => string | null = () => null,
): string {
  const name = nameOf(condition);
  if (name !== null) return name;
  const print = (part: ConditionWithThreads): string => printCondition(part, nameOf);
  switch (condition.kind) {
    case 'all':
    case 'none':
      return condition.kind;
    case 'and':
    case 'or':
      return list([condition.kind, ...condition.of.map(print)]);
    case 'not':
      return list(['not', print(condition.of)]);
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
      return list(['thread', typeof condition.of === 'string' ? quote(condition.of) : print(condition.of)]);
    case 'ids':
      return printIds(condition.ids);
    default:
      return unreachable(condition);
  }
}

/** Few are told; of more how many there are. */
function printIds(ids: readonly string[]): string {
  return list(
    ids.length <= SHOWN_IDS ? ['ids', ...ids] : ['ids', String(ids.length), ...ids.slice(0, 1), '…'],
  );
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
