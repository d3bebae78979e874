import { HayrickError } from '../errors.ts';
import { LIMITS } from '../limits.ts';
import type { Query, QueryProblem, Span } from './query.ts';

/** A node without children, as it was typed. */
export type Leaf = Exclude<Query, { readonly of: unknown } | { readonly kind: 'empty' }>;

export type Bracket = '(' | '{';

/** One piece of a typed query. The pieces follow one another as typed; nothing says yet that brackets or operators fit. */
export type Lexeme =
  | { readonly kind: 'leaf'; readonly leaf: Leaf; readonly span: Span }
  /** `(`, `field:(` or `thread:{`. */
  | { readonly kind: 'open'; readonly bracket: Bracket; readonly field: string | null; readonly span: Span }
  | { readonly kind: 'close'; readonly bracket: Bracket; readonly span: Span }
  | {
      readonly kind: 'operator';
      readonly operator: 'and' | 'or' | 'not';
      readonly written: string;
      readonly span: Span;
    }
  /** `-` or `+`: always directly before a leaf or an opening bracket. */
  | { readonly kind: 'sign'; readonly sign: '-' | '+'; readonly span: Span };

interface Lexer {
  /** The query with straight quotes only; places are those of the typed text. */
  readonly text: string;
  readonly lexemes: Lexeme[];
  readonly problems: QueryProblem[];
  at: number;
  openBraces: number;
}

/** The part of a term that says what is looked for, field and span apart. */
type Value =
  | { readonly kind: 'text'; readonly text: string; readonly quoted: boolean }
  | { readonly kind: 'prefix'; readonly text: string }
  | { readonly kind: 'near'; readonly text: string; readonly distance: number }
  | { readonly kind: 'fuzzy'; readonly text: string; readonly edits: 1 | 2 };

const CURLY_QUOTES = /[“”„‟]/gu;
const BLANK = /\s/u;
/** A name, a colon and neither `//` (a URL) nor a second colon (`std::string`) behind it. */
const FIELD = /([A-Za-z][A-Za-z0-9_.-]*):(?!\/\/|:)/uy;
const SIGN = /[-+](?![-+|)\s])(?=.)/suy;
/** A slash, anything with its escapes, and the first slash that is not escaped. */
const REGEX = /\/((?:[^\\/]|\\.)+)\//suy;
const PROXIMITY = /~(\d+)/uy;
const OPERATORS: ReadonlyMap<string, 'and' | 'or' | 'not'> = new Map([
  ['AND', 'and'],
  ['OR', 'or'],
  ['NOT', 'not'],
] as const);

/**
 * Cuts a typed query into lexemes. Any text will do; what is odd is a problem.
 * @throws HayrickError QUERY_TOO_LARGE beyond LIMITS.queryCharacters (UTF-16 units) or LIMITS.queryTerms
 */
export function lex(typed: string): {
  readonly lexemes: readonly Lexeme[];
  readonly problems: QueryProblem[];
} {
  checkLength(typed);
  const lexer: Lexer = {
    text: typed.replace(CURLY_QUOTES, '"'),
    lexemes: [],
    problems: [],
    at: 0,
    openBraces: 0,
  };
  let terms = 0;
  for (let char = lexer.text[0]; char !== undefined; char = lexer.text[lexer.at]) {
    if (BLANK.test(char)) lexer.at++;
    else if (char === '(') take(lexer, 1, { kind: 'open', bracket: '(', field: null });
    else if (char === ')') take(lexer, 1, { kind: 'close', bracket: '(' });
    else if (char === '}' && lexer.openBraces > 0) takeCloseBrace(lexer);
    else if (char === '|') take(lexer, 1, { kind: 'operator', operator: 'or', written: '|' });
    else if (takeSign(lexer)) continue;
    else if (takeTerm(lexer) && ++terms > LIMITS.queryTerms) {
      const limit = LIMITS.queryTerms;
      throw new HayrickError(
        'QUERY_TOO_LARGE',
        `The query has more than ${limit} terms. Ask for fewer at a time.`,
      );
    }
  }
  return { lexemes: lexer.lexemes, problems: lexer.problems };
}

function checkLength(typed: string): void {
  const limit = LIMITS.queryCharacters;
  if (typed.length <= limit) return;
  throw new HayrickError(
    'QUERY_TOO_LARGE',
    `The query is ${typed.length} characters long, the limit is ${limit} characters. Shorten it.`,
  );
}

type WithoutSpan<T> = T extends unknown ? Omit<T, 'span'> : never;

function take(lexer: Lexer, length: number, lexeme: WithoutSpan<Lexeme>): void {
  lexer.lexemes.push({ ...lexeme, span: { at: lexer.at, length } });
  lexer.at += length;
}

function takeCloseBrace(lexer: Lexer): void {
  lexer.openBraces--;
  take(lexer, 1, { kind: 'close', bracket: '{' });
}

function takeSign(lexer: Lexer): boolean {
  const next = lexer.text[lexer.at + 1];
  if (!matchAt(SIGN, lexer) || (next === '}' && lexer.openBraces > 0)) return false;
  take(lexer, 1, { kind: 'sign', sign: lexer.text[lexer.at] === '-' ? '-' : '+' });
  return true;
}

/** One leaf, opening bracket or operator in letters. @returns whether it is a leaf */
function takeTerm(lexer: Lexer): boolean {
  const start = lexer.at;
  const field = takeField(lexer);
  const next = lexer.text[lexer.at];
  if (field !== null && next === '(') return takeOpen(lexer, start, '(', field);
  if (field?.toLowerCase() === 'thread' && next === '{') {
    lexer.openBraces++;
    return takeOpen(lexer, start, '{', field);
  }
  if (field !== null && next === '/') {
    const pattern = takeRegex(lexer);
    if (pattern !== null) return pushLeaf(lexer, start, (span) => ({ kind: 'regex', field, pattern, span }));
  }
  const value = takeValue(lexer, field !== null);
  if (field === null && value.kind === 'text' && !value.quoted) {
    const operator = OPERATORS.get(value.text);
    if (operator !== undefined) return takeOperator(lexer, start, operator);
    if (value.text === '*') return pushLeaf(lexer, start, (span) => ({ kind: 'all', span }));
  }
  return pushLeaf(lexer, start, (span) => ({ ...value, field, span }));
}

function pushLeaf(lexer: Lexer, start: number, make: (span: Span) => Leaf): true {
  const span = { at: start, length: lexer.at - start };
  lexer.lexemes.push({ kind: 'leaf', leaf: make(span), span });
  return true;
}

/** AND, OR, NOT; behind a sign they are words. @returns whether it became a leaf */
function takeOperator(lexer: Lexer, start: number, operator: 'and' | 'or' | 'not'): boolean {
  if (lexer.lexemes.at(-1)?.kind === 'sign') {
    return pushLeaf(lexer, start, (span) => ({
      kind: 'text',
      field: null,
      text: operator,
      quoted: false,
      span,
    }));
  }
  const span = { at: start, length: lexer.at - start };
  lexer.lexemes.push({ kind: 'operator', operator, written: lexer.text.slice(start, lexer.at), span });
  return false;
}

function takeOpen(lexer: Lexer, start: number, bracket: Bracket, field: string): false {
  lexer.at++;
  lexer.lexemes.push({ kind: 'open', bracket, field, span: { at: start, length: lexer.at - start } });
  return false;
}

function takeField(lexer: Lexer): string | null {
  const name = matchAt(FIELD, lexer)?.[1];
  if (name === undefined) return null;
  lexer.at += name.length + 1;
  return name;
}

/** A pattern between slashes that ends where a term may end; anything else, such as `/etc/passwd`, is text. */
function takeRegex(lexer: Lexer): string | null {
  const match = matchAt(REGEX, lexer);
  if (match === null) {
    addProblem(lexer, lexer.at, 1, 'A regular expression ends with a second "/": without it this is text.');
    return null;
  }
  const end = lexer.at + match[0].length;
  if (!endsWord(lexer, end) && lexer.text[end] !== '(') return null;
  lexer.at = end;
  return (match[1] ?? '').replace(/\\(.)/gsu, (pair, char) => (char === '/' ? '/' : pair));
}

function takeValue(lexer: Lexer, hasField: boolean): Value {
  const start = lexer.at;
  const quoted = lexer.text[lexer.at] === '"';
  const first = quoted ? takeQuoted(lexer) : takeWord(lexer);
  const joined = hasField ? takeJoinedByDots(lexer, first, quoted) : null;
  if (joined !== null) return { kind: 'text', text: joined, quoted: true };
  return quoted ? quotedValue(lexer, start, first) : wordValue(lexer, start, first, hasField);
}

function quotedValue(lexer: Lexer, start: number, text: string): Value {
  const distance = matchAt(PROXIMITY, lexer);
  if (distance !== null) {
    lexer.at += distance[0].length;
    const asked = Number(distance[1]);
    if (asked > LIMITS.proximity) {
      const message = `At most ${LIMITS.proximity} words may stand between: read as ~${LIMITS.proximity}.`;
      addProblem(lexer, start, lexer.at - start, message);
    }
    return { kind: 'near', text, distance: Math.min(asked, LIMITS.proximity) };
  }
  if (text !== '' && lexer.text[lexer.at] === '*') {
    lexer.at++;
    return { kind: 'prefix', text };
  }
  return { kind: 'text', text, quoted: true };
}

function wordValue(lexer: Lexer, start: number, word: string, hasField: boolean): Value {
  if (word.endsWith('*') && (word.length > 1 || hasField)) {
    return { kind: 'prefix', text: word.slice(0, -1) };
  }
  const fuzzy = /^(.+)~([12]?)$/su.exec(word);
  if (fuzzy?.[1] !== undefined) return { kind: 'fuzzy', text: fuzzy[1], edits: fuzzy[2] === '2' ? 2 : 1 };
  if (/[\p{L}\p{M}]~\d+$/u.test(word)) {
    addProblem(
      lexer,
      start,
      word.length,
      'A word may differ in one or two letters: "~", "~1" or "~2". Read as text.',
    );
  }
  return { kind: 'text', text: word, quoted: false };
}

/** Ranges with quoted ends: `"3 weeks ago"..`, `2019.."last month"`. @returns null where no dots join anything */
function takeJoinedByDots(lexer: Lexer, first: string, quoted: boolean): string | null {
  let text = first;
  if (quoted) {
    if (!lexer.text.startsWith('..', lexer.at)) return null;
    text += takeWord(lexer);
  }
  if (text.endsWith('..') && lexer.text[lexer.at] === '"') return text + takeQuoted(lexer);
  return quoted ? text : null;
}

/** What stands between two double quotes; a doubled one is a quote itself. Closes at the end of the query if need be. */
function takeQuoted(lexer: Lexer): string {
  const start = lexer.at;
  let text = '';
  for (let at = start + 1; ; ) {
    const end = lexer.text.indexOf('"', at);
    if (end < 0) {
      addProblem(lexer, start, 1, 'This quote is not closed: closed at the end.');
      lexer.at = lexer.text.length;
      return text + lexer.text.slice(at);
    }
    text += lexer.text.slice(at, end);
    if (lexer.text[end + 1] !== '"') {
      lexer.at = end + 1;
      return text;
    }
    text += '"';
    at = end + 2;
  }
}

/** Up to a blank, a quote or a bracket. Brackets inside of a word, as in `malloc(3)`, belong to it. */
function takeWord(lexer: Lexer): string {
  const start = lexer.at;
  while (!endsWord(lexer, lexer.at)) {
    if (lexer.text[lexer.at] !== '(') lexer.at++;
    else if (lexer.at === start) break;
    else {
      const end = endOfBracketsInWord(lexer);
      if (end === null) break;
      lexer.at = end;
    }
  }
  return lexer.text.slice(start, lexer.at);
}

function endsWord(lexer: Lexer, at: number): boolean {
  const char = lexer.text[at];
  if (char === undefined || char === '"' || char === ')' || BLANK.test(char)) return true;
  return char === '}' && lexer.openBraces > 0;
}

/** Where the bracket that opens here is closed again, with nothing between that ends a word; else null. */
function endOfBracketsInWord(lexer: Lexer): number | null {
  let depth = 0;
  for (let at = lexer.at; ; at++) {
    const char = lexer.text[at];
    if (char === '(') depth++;
    else if (char === ')') {
      depth--;
      if (depth === 0) return at + 1;
    } else if (endsWord(lexer, at)) return null;
  }
}

function matchAt(pattern: RegExp, lexer: Lexer): RegExpExecArray | null {
  pattern.lastIndex = lexer.at;
  return pattern.exec(lexer.text);
}

function addProblem(lexer: Lexer, at: number, length: number, message: string): void {
  lexer.problems.push({ at, length, message });
}
