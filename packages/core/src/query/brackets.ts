import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Bracket, Lexeme } from './lex.ts';
import type { QueryProblem, Span } from './query.ts';

/**
 * Makes brackets nest: what is open is closed at the end (or where an outer bracket closes), what closes nothing is dropped.
 * @throws HayrickError QUERY_TOO_LARGE where brackets nest deeper than LIMITS.queryDepth
 */
export function balanceBrackets(
  lexemes: readonly Lexeme[],
  end: number,
): { readonly lexemes: readonly Lexeme[]; readonly problems: readonly QueryProblem[] } {
  const balanced: Lexeme[] = [];
  const problems: QueryProblem[] = [];
  const open: { readonly bracket: Bracket; readonly span: Span }[] = [];

  function closeUnclosed(at: number): void {
    const unclosed = open.pop();
    if (unclosed === undefined) return;
    const where = at === end ? 'at the end' : 'where the brackets around it end';
    problems.push({ ...unclosed.span, message: `This bracket is not closed: closed ${where}.` });
    balanced.push({ kind: 'close', bracket: unclosed.bracket, span: { at, length: 0 } });
  }

  for (const lexeme of lexemes) {
    if (lexeme.kind === 'open') {
      open.push(lexeme);
      checkDepth(open.length);
    } else if (lexeme.kind === 'close') {
      // Braces always have a partner (lex.ts sees to it); brackets left open inside of them end with them.
      if (lexeme.bracket === '{') while (open.at(-1)?.bracket === '(') closeUnclosed(lexeme.span.at);
      else if (open.at(-1)?.bracket !== '(') {
        problems.push({ ...lexeme.span, message: 'No bracket is open here: left out.' });
        continue;
      }
      open.pop();
    }
    balanced.push(lexeme);
  }
  while (open.length > 0) closeUnclosed(end);
  return { lexemes: balanced, problems };
}

/** @throws HayrickError QUERY_TOO_LARGE */
export function checkDepth(depth: number): void {
  if (depth <= LIMITS.queryDepth) return;
  throw new HayrickError(
    'QUERY_TOO_LARGE',
    `The query nests deeper than ${LIMITS.queryDepth} levels of brackets and NOT. Write it flatter.`,
  );
}
