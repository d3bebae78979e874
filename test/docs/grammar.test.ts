import { readFileSync } from 'node:fs';
import { HayrickError } from '@hayrick/core';
import { parseQuery, printQuery, type Query } from '@hayrick/core/query';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { derives, type Expression, readGrammar } from './ebnf.ts';

const page = readFileSync(new URL('../../docs/query-language.md', import.meta.url), 'utf8');
const grammar = readGrammar(/```ebnf\n([\s\S]*?)```/.exec(page)?.[1] ?? '');

/** What the grammar tells in words, as examples and as a test. */
const NAMES = [
  'subject',
  's',
  'FROM',
  'own',
  'date',
  'size',
  'mid',
  'list',
  'nq',
  'changeId',
  'older_than',
  'x.y',
];
const WORDS = [
  'journal',
  'a-b',
  "it's",
  'malloc(3)',
  '内核',
  'x@y.example',
  '<a@b>',
  '1.5M',
  '#42',
  'or',
  'C++',
  'a|b',
  '~/x',
];
/** Characters, and brackets that are closed again behind one of them. */
const VALUE = String.raw`(?:[^\s"()]|(?<=.)\((?:[^\s"()]|\([^\s"()]*\))*\))+$`;
const NO_WORD = String.raw`(?!(?:AND|OR|NOT)$|\||[-+](?=[^-+|)\s])|[A-Za-z][\w.-]*:(?!//|:))`;
const IN_WORDS: Readonly<Record<string, readonly [made: fc.Arbitrary<string>, shape: RegExp]>> = {
  name: [fc.constantFrom(...NAMES), /^[A-Za-z][A-Za-z0-9_.-]*$/],
  word: [fc.constantFrom(...WORDS), new RegExp(`^${NO_WORD}${VALUE}`, 'u')],
  value: [fc.constantFrom(...WORDS, '-5', 'AND', '2020-03', 'a:b'), new RegExp(`^${VALUE}`, 'u')],
  pattern: [fc.constantFrom('ext[34]', '^re:', 'a b', '\\.diff$', 'a\\/b', '(x|y)+'), /^(?:[^\\/]|\\.)+$/su],
  character: [fc.constantFrom('a', 'B', ' ', '(', ':', '内', '~', '-'), /^[^"]$/u],
  number: [fc.constantFrom('0', '5', '100'), /^\d+$/],
  blank: [fc.constantFrom(' ', '  ', '\n'), /^\s+$/u],
};
const SHAPES = Object.fromEntries(Object.entries(IN_WORDS).map(([name, [, shape]]) => [name, shape]));

/** Texts of a rule. Deep down what nests is left out. */
function textsOf(expression: Expression, depth: number): fc.Arbitrary<string> {
  switch (expression.kind) {
    case 'text':
      return fc.constant(expression.text);
    case 'rule':
      return textsOfRule(expression.name, depth);
    case 'any': {
      const flat = expression.of.filter((part) => depth > 0 || !nests(part));
      return fc.oneof(...(flat.length === 0 ? expression.of : flat).map((part) => textsOf(part, depth)));
    }
    case 'all':
      return fc.tuple(...expression.of.map((part) => textsOf(part, depth))).map((parts) => parts.join(''));
    case 'optional':
      return fc.oneof(fc.constant(''), textsOf(expression.of, depth));
    case 'repeated':
      return fc.array(textsOf(expression.of, depth), { maxLength: 3 }).map((parts) => parts.join(''));
  }
}

function textsOfRule(name: string, depth: number): fc.Arbitrary<string> {
  const expression = grammar.rules.get(name);
  if (expression !== undefined) return textsOf(expression, name === 'term' ? depth - 1 : depth);
  const made = IN_WORDS[name]?.[0];
  if (made === undefined) throw new Error(`nothing says what ${name} is`);
  return made;
}

function nests(expression: Expression): boolean {
  switch (expression.kind) {
    case 'rule':
      return expression.name === 'choice' || expression.name === 'term';
    case 'all':
    case 'any':
      return expression.of.some(nests);
    case 'optional':
    case 'repeated':
      return nests(expression.of);
    case 'text':
      return false;
  }
}

function withoutPlaces(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

describe('the grammar of docs/query-language.md', () => {
  it('says of every name what it is', () => {
    expect([...grammar.inWords].sort()).toEqual(Object.keys(IN_WORDS).sort());
    const used = new Set<string>();
    const note = (expression: Expression): void => {
      if (expression.kind === 'rule') used.add(expression.name);
      else if (expression.kind === 'all' || expression.kind === 'any') expression.of.forEach(note);
      else if (expression.kind === 'optional' || expression.kind === 'repeated') note(expression.of);
    };
    for (const expression of grammar.rules.values()) note(expression);
    expect([...used, 'query'].sort()).toEqual([...grammar.rules.keys(), ...grammar.inWords].sort());
  });

  it('makes queries that are read without a problem, and printed and read again as they were', () => {
    fc.assert(
      fc.property(textsOfRule('query', 3), (text) => {
        fc.pre(text.length < 1000);
        const { query, problems } = parseQuery(text);
        // Words in small letters that could be operators are noted, all else is as it should be.
        expect(problems.filter(({ message }) => !message.includes('as an operator write'))).toEqual([]);
        expect(query.kind).not.toBe('empty');
        expect(withoutPlaces(parseQuery(printQuery(query)).query)).toEqual(withoutPlaces(query));
        expect(derives(grammar, 'query', text, SHAPES)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  it('has whatever is printed of a query, were it any text', () => {
    const pieces = [
      ...[
        'a',
        'foo',
        ' ',
        ' ',
        '"',
        '(',
        ')',
        'thread:{',
        '}',
        'subject:',
        'x:',
        '/',
        '*',
        '~',
        '~2',
        'AND',
        'OR',
      ],
      ...['NOT', 'or', '|', '-', '+', '..', ':', '@', '1', '内', '""', "'", '>5', 'size:'],
    ];
    const typed = fc.array(fc.constantFrom(...pieces), { maxLength: 14 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(typed, (text) => {
        const printed = printedOf(text);
        if (printed === null || printed === '') return;
        expect(derives(grammar, 'query', printed, SHAPES), printed).toBe(true);
      }),
      { numRuns: 800 },
    );
  });

  it.each(['', 'a AND', 'OR a', '(a', 'a)', '"a', 'a  OR', '"a" "'])('has not %j', (text) =>
    expect(derives(grammar, 'query', text, SHAPES)).toBe(false),
  );
});

/** Null where it is too large. */
function printedOf(text: string): string | null {
  try {
    return printQuery(parseQuery(text).query);
  } catch (error) {
    if (error instanceof HayrickError) return null;
    throw error;
  }
}
