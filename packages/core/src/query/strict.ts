import { HayrickError } from '../errors.ts';
import type { QueryProblem } from './query.ts';
import { shown } from './shown.ts';

/**
 * For those who want a query understood as a whole or not at all.
 * @param text the query as typed, to show the places
 * @throws HayrickError QUERY_INVALID with every problem and its place, where there is any
 */
export function rejectProblems(text: string, problems: readonly QueryProblem[]): void {
  if (problems.length === 0) return;
  const lines = problems.map(({ at, length, message }) => {
    const excerpt = text.slice(at, at + length);
    return `  at ${at + 1}${excerpt.trim() === '' ? '' : ` (${shown(excerpt)})`}: ${message}`;
  });
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new HayrickError('QUERY_INVALID', `The query has ${count}:\n${lines.join('\n')}`);
}
