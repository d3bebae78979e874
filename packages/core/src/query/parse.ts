import { balanceBrackets, checkDepth } from './brackets.ts';
import { type Leaf, type Lexeme, lex } from './lex.ts';
import { settleOperators } from './operators.ts';
import type { Query, QueryProblem, Span } from './query.ts';

export interface ParseOptions {
  /** What stands between two terms without an operator. 'and' where it is absent. */
  readonly defaultOperator?: 'and' | 'or';
}

export interface ParsedQuery {
  readonly query: Query;
  /** In the order of their places. */
  readonly problems: readonly QueryProblem[];
}

interface Parser {
  readonly lexemes: readonly Lexeme[];
  readonly defaultOperator: 'and' | 'or';
  readonly problems: QueryProblem[];
  next: number;
}

/** Where in the query the parser is. */
interface Context {
  /** Of the brackets around, for leaves that name none themselves. */
  readonly field: string | null;
  readonly depth: number;
}

/** One member of a run of terms: `a`, `-b`, `c AND d`. */
interface Member {
  readonly query: Query;
  /** Must hold even where 'or' stands between the terms: it was marked by a sign or NOT. */
  readonly required: boolean;
}

/**
 * Reads a query; every text is one (docs/query-language.md). What could not be understood is text and a problem.
 *
 *     choice  := run { ("OR" | "|") run }
 *     run     := term { ["AND"] term }
 *     term    := ("NOT" | "-" | "+") term | [field ":"] "(" choice ")" | "thread:{" choice "}" | leaf
 *
 * @throws HayrickError QUERY_TOO_LARGE beyond the limits of length, terms and depth
 */
export function parseQuery(text: string, options: ParseOptions = {}): ParsedQuery {
  const lexed = lex(text);
  const balanced = balanceBrackets(lexed.lexemes, text.length);
  const settled = settleOperators(balanced.lexemes);
  const problems = [...lexed.problems, ...balanced.problems, ...settled.problems];
  const { defaultOperator = 'and' } = options;
  const parser: Parser = { lexemes: settled.lexemes, defaultOperator, problems, next: 0 };
  const query = parseChoice(parser, { field: null, depth: 0 });
  return {
    query: query ?? { kind: 'empty', span: { at: 0, length: text.length } },
    problems: problems.toSorted((a, b) => a.at - b.at),
  };
}

function parseChoice(parser: Parser, context: Context): Query | null {
  const choices: Query[] = [];
  do {
    const choice = parseRun(parser, context);
    if (choice !== null) choices.push(choice);
  } while (takeOperator(parser, 'or'));
  return join('or', choices);
}

function parseRun(parser: Parser, context: Context): Query | null {
  const members: Member[] = [];
  while (!atEndOfRun(parser)) {
    const member = parseMember(parser, context);
    if (member !== null) members.push(member);
  }
  if (parser.defaultOperator === 'and') return join('and', members.map(toQuery));
  const required = members.filter((member) => member.required).map(toQuery);
  const choice = join('or', members.filter((member) => !member.required).map(toQuery));
  return join('and', choice === null ? required : [choice, ...required]);
}

/** Under the default operator 'or', terms with AND between them are one member; under 'and' every term is. */
function parseMember(parser: Parser, context: Context): Member | null {
  const first = parser.next;
  const terms: Query[] = [];
  do {
    const term = parseTerm(parser, context);
    if (term !== null) terms.push(term);
  } while (takeOperator(parser, 'and') && parser.defaultOperator === 'or');
  const query = join('and', terms);
  return query === null ? null : { query, required: terms.length === 1 && isMarked(parser.lexemes[first]) };
}

function parseTerm(parser: Parser, context: Context): Query | null {
  const lexeme = parser.lexemes[parser.next];
  if (lexeme === undefined) return null;
  parser.next++;
  switch (lexeme.kind) {
    case 'leaf':
      return inField(lexeme.leaf, context.field);
    case 'open':
      return parseBrackets(parser, lexeme, context);
    case 'sign':
      return lexeme.sign === '+' ? parseTerm(parser, context) : parseNegation(parser, lexeme.span, context);
    case 'operator':
      return parseNegation(parser, lexeme.span, context);
    case 'close':
      return null;
  }
}

function parseNegation(parser: Parser, operator: Span, context: Context): Query | null {
  const depth = context.depth + 1;
  checkDepth(depth);
  const of = parseTerm(parser, { ...context, depth });
  return of === null ? null : { kind: 'not', of, span: around(operator, of.span) };
}

function parseBrackets(
  parser: Parser,
  open: Lexeme & { readonly kind: 'open' },
  context: Context,
): Query | null {
  const depth = context.depth + 1;
  checkDepth(depth);
  const isThread = open.bracket === '{';
  const field = isThread ? null : (open.field ?? context.field);
  const of = parseChoice(parser, { field, depth });
  const span = around(open.span, parser.lexemes[parser.next]?.span ?? open.span);
  parser.next++;
  if (of === null) {
    parser.problems.push({ ...span, message: 'Nothing stands between these brackets: left out.' });
    return null;
  }
  return isThread ? { kind: 'thread', of, span } : of;
}

function inField(leaf: Leaf, field: string | null): Query {
  if (field === null) return leaf;
  if (leaf.kind === 'all') return { kind: 'prefix', field, text: '', span: leaf.span };
  return leaf.field === null ? { ...leaf, field } : leaf;
}

function atEndOfRun(parser: Parser): boolean {
  const lexeme = parser.lexemes[parser.next];
  return lexeme === undefined || lexeme.kind === 'close' || isOperator(lexeme, 'or');
}

function takeOperator(parser: Parser, operator: 'and' | 'or'): boolean {
  const found = isOperator(parser.lexemes[parser.next], operator);
  if (found) parser.next++;
  return found;
}

function isOperator(lexeme: Lexeme | undefined, operator: 'and' | 'or'): boolean {
  return lexeme?.kind === 'operator' && lexeme.operator === operator;
}

/** The operators left at the start of a term are all NOT. */
function isMarked(lexeme: Lexeme | undefined): boolean {
  return lexeme?.kind === 'sign' || lexeme?.kind === 'operator';
}

function toQuery(member: Member): Query {
  return member.query;
}

function join(kind: 'and' | 'or', of: readonly Query[]): Query | null {
  const [first] = of;
  const last = of.at(-1);
  if (first === undefined || last === undefined) return null;
  return of.length === 1 ? first : { kind, of, span: around(first.span, last.span) };
}

/** From the start of the first to the end of the second, whichever order they come in. */
function around(one: Span, other: Span): Span {
  const at = Math.min(one.at, other.at);
  return { at, length: Math.max(one.at + one.length, other.at + other.length) - at };
}
