import type { DeclaredField } from '../fields/fields.ts';
import type { Clock } from './calendar.ts';
import type { ConditionWithThreads } from './condition.ts';
import type { Query, QueryProblem, Span } from './query.ts';
import type { ReadableArchive } from './readable-archive.ts';
import { resolveTerm } from './resolve-term.ts';

/** What a query is read against. */
export interface ResolveContext extends Clock {
  readonly fields: readonly DeclaredField[];
  /** Those that may be read, and no others: what is not here does not exist. */
  readonly archives: readonly ReadableArchive[];
}

export interface ResolvedQuery {
  readonly condition: ConditionWithThreads;
  /** In the order of their places; what concerns a name is said once. */
  readonly problems: readonly QueryProblem[];
}

/**
 * Gives names, words, addresses, dates and archives of a parsed query their meaning. What has none is searched as text and
 * reported; a term without a word is left out, and a query left with nothing matches nothing. The condition is not simplified.
 */
export function resolveQuery(query: Query, context: ResolveContext): ResolvedQuery {
  const problems = new Map<string, QueryProblem>();
  const report = (span: Span, message: string): void => {
    if (!problems.has(message)) problems.set(message, { ...span, message });
  };
  const condition = resolveNode(query, context, report) ?? { kind: 'none' };
  return { condition, problems: [...problems.values()].sort((a, b) => a.at - b.at) };
}

/** What a part of a query means by itself, its problems apart; null where nothing is left of it to search for. */
export function resolveClause(query: Query, context: ResolveContext): ConditionWithThreads | null {
  return resolveNode(query, context, () => undefined);
}

/** @returns null where nothing is left to search for */
function resolveNode(
  query: Query,
  context: ResolveContext,
  report: (span: Span, message: string) => void,
): ConditionWithThreads | null {
  switch (query.kind) {
    case 'empty':
      return null;
    case 'all':
      return { kind: 'all' };
    case 'and':
    case 'or': {
      const of = query.of.map((part) => resolveNode(part, context, report)).filter((part) => part !== null);
      const [only] = of;
      return of.length > 1 ? { kind: query.kind, of } : (only ?? null);
    }
    case 'not':
    case 'thread': {
      const of = resolveNode(query.of, context, report);
      return of === null ? null : { kind: query.kind, of };
    }
    default:
      return resolveTerm(query, context, report);
  }
}
