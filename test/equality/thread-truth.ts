import type { Condition } from '@hayrick/core/backend';
import type { ConditionWithThreads } from '@hayrick/core/query';
import { matches, type OracleDocument } from '@hayrick/core/testing';
import { matchesRegex, type WithStoredValues } from './regex-truth.ts';

/**
 * The condition with the ids of what stands in threads or matches a regular expression, by the plain meaning: messages belong together that
 * bear or name one Message-ID, and those that belong together with the same message. What may not be read is not among the documents, and so links nothing.
 */
export function withThreads(
  condition: ConditionWithThreads,
  readable: readonly WithStoredValues[],
): Condition {
  switch (condition.kind) {
    case 'and':
    case 'or':
      return { kind: condition.kind, of: condition.of.map((part) => withThreads(part, readable)) };
    case 'not':
      return { kind: 'not', of: withThreads(condition.of, readable) };
    case 'thread': {
      const { of } = condition;
      const holds = typeof of === 'string' ? null : withThreads(of, readable);
      const isAsked = (one: OracleDocument): boolean =>
        holds === null ? one.id === of || namesOf(one).some((name) => name === of) : matches(holds, one);
      const found = threadsOf(readable).filter((thread) => thread.some(isAsked));
      return { kind: 'ids', ids: found.flat().map(({ id }) => id) };
    }
    case 'regex':
      return {
        kind: 'ids',
        ids: readable.filter((one) => matchesRegex(condition, one)).map(({ id }) => id),
      };
    default:
      return condition;
  }
}

/** Never fast: names spread from message to message until none is new. */
function threadsOf(readable: readonly OracleDocument[]): readonly (readonly OracleDocument[])[] {
  const left = new Set(readable);
  const threads: OracleDocument[][] = [];
  for (const first of readable) {
    if (!left.delete(first)) continue;
    const thread = [first];
    const names = new Set(namesOf(first));
    for (let grown = true; grown; ) {
      grown = false;
      for (const one of left) {
        if (!namesOf(one).some((name) => names.has(name))) continue;
        left.delete(one);
        thread.push(one);
        for (const name of namesOf(one)) names.add(name);
        grown = true;
      }
    }
    threads.push(thread);
  }
  return threads;
}

function namesOf({ keywords }: OracleDocument): readonly string[] {
  return [...(keywords['mid'] ?? []), ...(keywords['refs'] ?? [])];
}
