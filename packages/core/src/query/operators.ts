import type { Lexeme } from './lex.ts';
import type { QueryProblem } from './query.ts';

/**
 * Leaves only operators that have what they stand between; any other AND, OR, NOT becomes a word, any other `|` is dropped.
 * Notes words in lower case that would be operators in capitals.
 */
export function settleOperators(lexemes: readonly Lexeme[]): {
  readonly lexemes: readonly Lexeme[];
  readonly problems: readonly QueryProblem[];
} {
  const problems: QueryProblem[] = [];
  const withRight = settleRightSides(lexemes, problems);
  const settled = settleLeftSides(withRight, problems);
  noteLowerCase(lexemes, problems);
  return { lexemes: settled, problems };
}

function settleRightSides(lexemes: readonly Lexeme[], problems: QueryProblem[]): readonly Lexeme[] {
  const backwards: Lexeme[] = [];
  for (const lexeme of lexemes.toReversed()) {
    const next = backwards.at(-1);
    const kept =
      lexeme.kind !== 'operator' || (next !== undefined && beginsOperand(next))
        ? lexeme
        : asWord(lexeme, problems);
    if (kept !== null) backwards.push(kept);
  }
  return backwards.reverse();
}

function settleLeftSides(lexemes: readonly Lexeme[], problems: QueryProblem[]): readonly Lexeme[] {
  const settled: Lexeme[] = [];
  for (const lexeme of lexemes) {
    const previous = settled.at(-1);
    const needsLeft = lexeme.kind === 'operator' && lexeme.operator !== 'not';
    const kept =
      !needsLeft || (previous !== undefined && endsOperand(previous)) ? lexeme : asWord(lexeme, problems);
    if (kept !== null) settled.push(kept);
  }
  return settled;
}

function beginsOperand(lexeme: Lexeme): boolean {
  switch (lexeme.kind) {
    case 'leaf':
    case 'open':
    case 'sign':
      return true;
    case 'operator':
      return lexeme.operator === 'not';
    case 'close':
      return false;
  }
}

function endsOperand(lexeme: Lexeme): boolean {
  return lexeme.kind === 'leaf' || lexeme.kind === 'close';
}

function asWord(lexeme: Lexeme & { readonly kind: 'operator' }, problems: QueryProblem[]): Lexeme | null {
  const { written, operator, span } = lexeme;
  if (written === '|') {
    problems.push({ ...span, message: '"|" has nothing to choose between here: left out.' });
    return null;
  }
  problems.push({
    ...span,
    message: `${written} has nothing to connect here: searched as the word "${operator}".`,
  });
  return { kind: 'leaf', leaf: { kind: 'text', field: null, text: operator, quoted: false, span }, span };
}

function noteLowerCase(lexemes: readonly Lexeme[], problems: QueryProblem[]): void {
  lexemes.forEach((lexeme, index) => {
    if (lexeme.kind !== 'leaf') return;
    const { leaf } = lexeme;
    if (leaf.kind !== 'text' || leaf.field !== null || leaf.quoted || !/^(?:and|or|not)$/u.test(leaf.text))
      return;
    const next = lexemes[index + 1];
    const previous = lexemes[index - 1];
    if (next === undefined || !beginsOperand(next)) return;
    if (leaf.text !== 'not' && (previous === undefined || !endsOperand(previous))) return;
    const capitals = leaf.text.toUpperCase();
    problems.push({
      ...leaf.span,
      message: `"${leaf.text}" is searched as a word; as an operator write ${capitals}.`,
    });
  });
}
