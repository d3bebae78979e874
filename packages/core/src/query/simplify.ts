import type { Condition, ConditionWithRegexes, ConditionWithThreads } from './condition.ts';

/**
 * The same condition in fewer words: nested and/or flattened, all and none folded away, double not removed, repeated parts
 * left out. Answers stay the same; simplifying twice changes nothing.
 */
export function simplifyCondition(condition: Condition): Condition;
export function simplifyCondition(condition: ConditionWithRegexes): ConditionWithRegexes;
export function simplifyCondition(condition: ConditionWithThreads): ConditionWithThreads;
export function simplifyCondition(condition: ConditionWithThreads): ConditionWithThreads {
  switch (condition.kind) {
    case 'and':
      return simplifyList('and', condition.of, 'all', 'none');
    case 'or':
      return simplifyList('or', condition.of, 'none', 'all');
    case 'not':
      return negate(simplifyCondition(condition.of));
    case 'thread': {
      if (typeof condition.of === 'string') return condition;
      const of = simplifyCondition(condition.of);
      // Every message is in a thread, its own at least.
      return of.kind === 'all' || of.kind === 'none' ? of : { kind: 'thread', of };
    }
    case 'archives':
      return condition.names.length === 0 ? { kind: 'none' } : condition;
    case 'phrase':
      return condition.fields.length === 0 || condition.items.length === 0 ? { kind: 'none' } : condition;
    case 'ids':
      return condition.ids.length === 0 ? { kind: 'none' } : condition;
    case 'range':
      return isEmptyRange(condition.from, condition.to) ? { kind: 'none' } : condition;
    default:
      return condition;
  }
}

/**
 * @param neutral what changes nothing in the list, and is what an empty list means
 * @param absorbing what decides the whole list
 */
function simplifyList(
  kind: 'and' | 'or',
  of: readonly ConditionWithThreads[],
  neutral: 'all' | 'none',
  absorbing: 'all' | 'none',
): ConditionWithThreads {
  const parts = new Map<string, ConditionWithThreads>();
  for (const part of of) {
    const simple = simplifyCondition(part);
    for (const member of simple.kind === kind ? simple.of : [simple]) {
      if (member.kind === absorbing) return { kind: absorbing };
      if (member.kind !== neutral) parts.set(JSON.stringify(member), member);
    }
  }
  const [first] = parts.values();
  if (first === undefined) return { kind: neutral };
  return parts.size === 1 ? first : { kind, of: [...parts.values()] };
}

function negate(condition: ConditionWithThreads): ConditionWithThreads {
  if (condition.kind === 'not') return condition.of;
  if (condition.kind === 'all') return { kind: 'none' };
  if (condition.kind === 'none') return { kind: 'all' };
  return { kind: 'not', of: condition };
}

function isEmptyRange(from: number | null, to: number | null): boolean {
  return from !== null && to !== null && from > to;
}
