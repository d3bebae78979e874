import { type Condition, type PhraseItem, unreachable } from '@hayrick/core/backend';

const MOST_IDS = 10;

/**
 * What MiniSearch's index and those beside it are asked, for people to read: one line a part, indented below what joins it. It says nothing
 * that is not in the condition: which tokens a word stands for would tell of documents that may not be read.
 */
export function describeCondition(condition: Condition): string {
  return lines(condition).join('\n');
}

function lines(condition: Condition): string[] {
  switch (condition.kind) {
    case 'all':
    case 'none':
      return [condition.kind];
    case 'and':
    case 'or':
      return [condition.kind, ...indented(condition.of.flatMap(lines))];
    case 'not':
      return ['not', ...indented(lines(condition.of))];
    case 'phrase':
      return [inFields(condition.fields, condition.items.map(describeItem).join(' then '))];
    case 'near': {
      const words = condition.tokens.map(quoted).join(' and ');
      return [inFields(condition.fields, `${words} with at most ${condition.distance} others between`)];
    }
    case 'fuzzy':
      return [inFields(condition.fields, `${quoted(condition.token)}~${condition.edits}`)];
    case 'keyword':
      return [`keyword ${condition.field}: ${quoted(condition.value)}`];
    case 'keyword-prefix':
      return [`keyword ${condition.field}: ${quoted(condition.prefix)}*`];
    case 'range':
      return [`number ${condition.field}: ${condition.from ?? ''}..${condition.to ?? ''}`];
    case 'archives':
      return [`archives: ${condition.names.join(', ')}`];
    case 'ids':
      return [
        `ids: ${condition.ids.length > MOST_IDS ? `${condition.ids.length} of them` : condition.ids.join(', ')}`,
      ];
    default:
      return unreachable(condition);
  }
}

function describeItem(item: PhraseItem): string {
  if (item.kind === 'token') return quoted(item.token);
  return [`${quoted(item.prefix)}*`, ...item.stems.map(quoted)].join(' or ');
}

function inFields(fields: readonly string[], what: string): string {
  return `words in ${fields.join(', ')}: ${what}`;
}

function indented(of: readonly string[]): string[] {
  return of.map((line) => `  ${line}`);
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
