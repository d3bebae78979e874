import { type Condition, unreachable } from '@hayrick/core/backend';
import { tokensNear, tokensOfItem } from './expand.ts';
import type { WordIndex } from './word-index.ts';

/** Tokens that are named where a word stands for many. */
const NAMED = 10;

/** What MiniSearch's index and those beside it are asked, for people to read: one line a part, indented below what joins it. */
export function describeCondition(words: WordIndex, condition: Condition): string {
  return lines(words, condition).join('\n');
}

function lines(words: WordIndex, condition: Condition): string[] {
  switch (condition.kind) {
    case 'all':
    case 'none':
      return [condition.kind];
    case 'and':
    case 'or':
      return [condition.kind, ...indented(condition.of.flatMap((part) => lines(words, part)))];
    case 'not':
      return ['not', ...indented(lines(words, condition.of))];
    case 'phrase':
      return [
        `${where(condition.fields)}: ${condition.items.map((item) => (item.kind === 'token' ? quoted(item.token) : `${quoted(item.prefix)}* = ${listed(tokensOfItem(words, item))}`)).join(' then ')}`,
      ];
    case 'near':
      return [
        `${where(condition.fields)}: ${condition.tokens.map(quoted).join(' and ')} with at most ${condition.distance} others between`,
      ];
    case 'fuzzy':
      return [
        `${where(condition.fields)}: ${quoted(condition.token)}~${condition.edits} = ${listed(tokensNear(words, condition.token, condition.edits))}`,
      ];
    case 'keyword':
      return [`keyword ${condition.field}: ${quoted(condition.value)}`];
    case 'keyword-prefix':
      return [`keyword ${condition.field}: ${quoted(condition.prefix)}*`];
    case 'range':
      return [`number ${condition.field}: ${condition.from ?? ''}..${condition.to ?? ''}`];
    case 'archives':
      return [`archives: ${condition.names.join(', ')}`];
    case 'regex':
    case 'thread':
      return [`${condition.kind} (not answered)`];
    default:
      return unreachable(condition);
  }
}

function indented(of: readonly string[]): string[] {
  return of.map((line) => `  ${line}`);
}

function where(fields: readonly string[]): string {
  return `words in ${fields.join(', ')}`;
}

function listed(tokens: readonly string[]): string {
  const more = tokens.length > NAMED ? `, ${tokens.length - NAMED} more` : '';
  return `(${tokens.slice(0, NAMED).map(quoted).join(', ')}${more})`;
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
