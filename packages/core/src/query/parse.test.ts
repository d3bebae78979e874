import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { HayrickError } from '../errors.ts';
import { parseQuery } from './parse.ts';
import { printQuery } from './print.ts';
import type { Query } from './query.ts';

/** A tree in one short line, for the tables of the tests: `(and "a" subject:"b"* (not "c"))`. Quoted text is in «». */
function treeOf(query: Query): string {
  switch (query.kind) {
    case 'all':
      return '*';
    case 'empty':
      return 'empty';
    case 'and':
    case 'or':
      return `(${[query.kind, ...query.of.map(treeOf)].join(' ')})`;
    case 'not':
    case 'thread':
      return `(${query.kind} ${treeOf(query.of)})`;
    case 'regex':
      return `${query.field}:/${query.pattern}/`;
    default: {
      const field = query.field === null ? '' : `${query.field}:`;
      if (query.kind === 'near') return `${field}«${query.text}»~${query.distance}`;
      if (query.kind === 'fuzzy') return `${field}${query.text}~${query.edits}`;
      if (query.kind === 'prefix') return `${field}[${query.text}]*`;
      return field + (query.quoted ? `«${query.text}»` : query.text);
    }
  }
}

/** The tree without places, for comparing. */
function withoutPlaces(query: Query): unknown {
  return JSON.parse(JSON.stringify(query, (key, value: unknown) => (key === 'span' ? undefined : value)));
}

/** [typed, tree] or [typed, tree, parts of the problems in order]. */
type Row = readonly [string, string, ...string[]];

const words: readonly Row[] = [
  ['', 'empty'],
  ['   \t\n', 'empty'],
  ['a', 'a'],
  ['a b', '(and a b)'],
  ['a b c', '(and a b c)'],
  ['a\tb\nc\u3000d\u00a0e', '(and a b c d e)'],
  ['a.b', 'a.b'],
  ["it's", "it's"],
  ['foo::bar', 'foo::bar'],
  ['std::string::npos', 'std::string::npos'],
  ['内核', '内核'],
  ['10:30', '10:30'],
  ['http://x/y', 'http://x/y'],
  ['https://lore.kernel.org/a?b=c&d', 'https://lore.kernel.org/a?b=c&d'],
  ['from://x', 'from://x'],
  ['malloc(3)', 'malloc(3)'],
  ['f(g(x))', 'f(g(x))'],
  ['ext4_map_blocks()', 'ext4_map_blocks()'],
  ['f(a b)', '(and f (and a b))'],
  ['a/b', 'a/b'],
  ['ann@example.org', 'ann@example.org'],
  ['<a@b>', '<a@b>'],
  ['a,b', 'a,b'],
  ['C++', 'C++'],
  ['100%', '100%'],
  ['*', '*'],
  ['* a', '(and * a)'],
  ['}', '}'],
  ['a}b', 'a}b'],
  ['{a}', '{a}'],
];

const operators: readonly Row[] = [
  ['a AND b', '(and a b)'],
  ['a OR b', '(or a b)'],
  ['a | b', '(or a b)'],
  ['a |b', '(or a b)'],
  ['a| b', '(and a| b)'],
  ['a|b', 'a|b'],
  ['a b OR c', '(or (and a b) c)'],
  ['a OR b c', '(or a (and b c))'],
  ['a AND b OR c AND d', '(or (and a b) (and c d))'],
  ['a OR b OR c', '(or a b c)'],
  ['NOT a', '(not a)'],
  ['-a', '(not a)'],
  ['+a', 'a'],
  ['a -b', '(and a (not b))'],
  ['a-b', 'a-b'],
  ['a+b', 'a+b'],
  ['a AND NOT b', '(and a (not b))'],
  ['a OR NOT b', '(or a (not b))'],
  ['a OR -b', '(or a (not b))'],
  ['NOT NOT a', '(not (not a))'],
  ['NOT -a', '(not (not a))'],
  ['--a', '--a'],
  ['---', '---'],
  ['-----BEGIN', '-----BEGIN'],
  ['+++ b/x', '(and +++ b/x)'],
  ['a - b', '(and a - b)'],
  ['-"a b"', '(not «a b»)'],
  ['-from:ann', '(not from:ann)'],
  ['-(a b)', '(not (and a b))'],
  ['+(a OR b) c', '(and (or a b) c)'],
  ['-*', '(not *)'],
  ['(a)', 'a'],
  ['((a))', 'a'],
  ['(a b) c', '(and (and a b) c)'],
  ['(a OR b) c', '(and (or a b) c)'],
  ['a (b OR (c d))', '(and a (or b (and c d)))'],
  ['(a)(b)', '(and a b)'],
  ['NOT (a OR b)', '(not (or a b))'],
  ['And Or Not', '(and And Or Not)'],
  ['"AND"', '«AND»'],
  ['AND,', 'AND,'],
  ['ANDROID', 'ANDROID'],
  ['valueOf constructor __proto__', '(and valueOf constructor __proto__)'],
  ['-AND', '(not and)'],
  ['war and peace', '(and war and peace)', '"and" is searched as a word; as an operator write AND'],
  ['this or that', '(and this or that)', '"or" is searched as a word'],
  ['not this', '(and not this)', '"not" is searched as a word'],
  ['why not', '(and why not)'],
  ['and then', '(and and then)'],
  ['a OR', '(and a or)', 'OR has nothing to connect'],
  ['AND a', '(and and a)', 'AND has nothing to connect'],
  ['a NOT', '(and a not)', 'NOT has nothing to connect'],
  ['NOT', 'not', 'NOT has nothing to connect'],
  ['a AND NOT', '(and a not)', 'NOT has nothing to connect'],
  ['(OR)', 'or', 'OR has nothing to connect'],
  ['(a OR) b', '(and (and a or) b)', 'OR has nothing to connect'],
  ['a OR OR b', '(or (and a or) b)', 'OR has nothing to connect'],
  ['a || b', '(or a b)', '"|" has nothing to choose between'],
  ['| a', 'a', '"|" has nothing'],
  ['a |', 'a', '"|" has nothing'],
  ['|', 'empty', '"|" has nothing'],
];

const quotes: readonly Row[] = [
  ['"a b"', '«a b»'],
  ['“a b”', '«a b»'],
  ['„a b“', '«a b»'],
  ['"a"', '«a»'],
  ['""', '«»'],
  ['"a b" c', '(and «a b» c)'],
  ['"a""b"', '«a"b»'],
  ['"a b"c', '(and «a b» c)'],
  ['x"a b"', '(and x «a b»)'],
  ['"(a OR b)"', '«(a OR b)»'],
  ['"a b"~5', '«a b»~5'],
  ['"a b"~0', '«a b»~0'],
  ['"a b"~007', '«a b»~7'],
  ['"a b"~500', '«a b»~100', 'read as ~100'],
  ['"a b"~', '(and «a b» ~)'],
  ['"a b"*', '[a b]*'],
  ['""*', '(and «» *)'],
  ['"a b', '«a b»', 'quote is not closed'],
  ['a "', '(and a «»)', 'quote is not closed'],
  ['“a b', '«a b»', 'quote is not closed'],
  ['subject:"a b', 'subject:«a b»', 'quote is not closed'],
];

const shapes: readonly Row[] = [
  ['wor*', '[wor]*'],
  ['w*', '[w]*'],
  ['foo.ba*', '[foo.ba]*'],
  ['a*b', 'a*b'],
  ['**', '[*]*'],
  ['word~', 'word~1'],
  ['word~1', 'word~1'],
  ['word~2', 'word~2'],
  ['word~3', 'word~3', 'one or two letters'],
  ['~/x', '~/x'],
  ['~', '~'],
  ['v1~2*', '[v1~2]*'],
];

const fields: readonly Row[] = [
  ['subject:a', 'subject:a'],
  ['SUBJECT:a', 'SUBJECT:a'],
  ['s:a b', '(and s:a b)'],
  ['subject:"a b"', 'subject:«a b»'],
  ['subject:“a b”', 'subject:«a b»'],
  ['subject:"a b"~3', 'subject:«a b»~3'],
  ['subject:wor*', 'subject:[wor]*'],
  ['subject:*', 'subject:[]*'],
  ['subject:word~2', 'subject:word~2'],
  ['subject:(a OR b)', '(or subject:a subject:b)'],
  ['subject:(a b)', '(and subject:a subject:b)'],
  ['subject:(a -b "c d")', '(and subject:a (not subject:b) subject:«c d»)'],
  ['subject:(a from:b)', '(and subject:a from:b)'],
  ['subject:(a to:(b c) d)', '(and subject:a (and to:b to:c) subject:d)'],
  ['subject:(*)', 'subject:[]*'],
  ['subject:malloc(3)', 'subject:malloc(3)'],
  ['from:ann@example.org', 'from:ann@example.org'],
  ['from:-x', 'from:-x'],
  ['foo:bar', 'foo:bar'],
  ['foo:bar:baz', 'foo:bar:baz'],
  ['main.c:120', 'main.c:120'],
  ['from:', 'from:'],
  ['from: ann', '(and from: ann)'],
  ['(from:)', 'from:'],
  ['from:""', 'from:«»'],
  ['x_y-z:1', 'x_y-z:1'],
  ['date:2020-03..2020-06', 'date:2020-03..2020-06'],
  ['date:..2019', 'date:..2019'],
  ['date:"3 weeks ago"..', 'date:«3 weeks ago..»'],
  ['date:"3 weeks ago".."1 week ago"', 'date:«3 weeks ago..1 week ago»'],
  ['date:2019.."last month"', 'date:«2019..last month»'],
  ['date:3.weeks.ago..', 'date:3.weeks.ago..'],
  ['date:@123..@456', 'date:@123..@456'],
  ['size:>1M', 'size:>1M'],
  ['subject:/re+/', 'subject:/re+/'],
  ['subject:/a b/ c', '(and subject:/a b/ c)'],
  ['subject:/a\\/b/', 'subject:/a/b/'],
  ['subject:/a\\.b\\\\/', 'subject:/a\\.b\\\\/'],
  ['(subject:/a/)', 'subject:/a/'],
  ['filename:/etc/passwd', 'filename:/etc/passwd'],
  ['filename:/etc', 'filename:/etc', 'ends with a second "/"'],
  ['/re/', '/re/'],
  ['subject:(/re/ //x)', '(and subject:/re/ subject://x)'],
  ['thread:abc@x', 'thread:abc@x'],
  ['thread:{a b}', '(thread (and a b))'],
  ['thread:{subject:a OR b} c', '(and (thread (or subject:a b)) c)'],
  ['THREAD:{a}', '(thread a)'],
  ['thread:{thread:{a} b}', '(thread (and (thread a) b))'],
  ['thread:{"}" a}', '(thread (and «}» a))'],
  ['subject:(thread:{a} b)', '(and (thread a) subject:b)'],
  ['-thread:{a}', '(not (thread a))'],
];

const brackets: readonly Row[] = [
  ['()', 'empty', 'Nothing stands between'],
  ['a ()', 'a', 'Nothing stands between'],
  ['a OR ()', 'a', 'Nothing stands between'],
  ['NOT ()', 'empty', 'Nothing stands between'],
  ['subject:()', 'empty', 'Nothing stands between'],
  ['thread:{}', 'empty', 'Nothing stands between'],
  ['(a', 'a', 'bracket is not closed: closed at the end'],
  ['(a (b', '(and a b)', 'not closed', 'not closed'],
  ['a)', 'a', 'No bracket is open'],
  [')', 'empty', 'No bracket is open'],
  ['a) b', '(and a b)', 'No bracket is open'],
  ['thread:{a', '(thread a)', 'not closed'],
  ['thread:{(a} b', '(and (thread a) b)', 'closed where the brackets around it end'],
  ['thread:{a) b}', '(thread (and a b))', 'No bracket is open'],
];

describe('parseQuery', () => {
  const rows = [...words, ...operators, ...quotes, ...shapes, ...fields, ...brackets];

  it.each(rows)('reads %j as %s', (typed, tree, ...problems) => {
    const parsed = parseQuery(typed);
    expect(treeOf(parsed.query)).toBe(tree);
    expect(parsed.problems.map(({ message }) => message)).toEqual(
      problems.map((part) => expect.stringContaining(part)),
    );
  });

  it.each(rows)('prints %j so that it is read the same again', (typed) => {
    const { query } = parseQuery(typed);
    expect(treeOf(parseQuery(printQuery(query)).query)).toBe(treeOf(query));
  });

  it.each<Row>([
    ['a b', '(or a b)'],
    ['a AND b', '(and a b)'],
    ['a b AND c d', '(or a (and b c) d)'],
    ['a b -c', '(and (or a b) (not c))'],
    ['a b NOT c', '(and (or a b) (not c))'],
    ['+a b c', '(and (or b c) a)'],
    ['-a', '(not a)'],
    ['a OR NOT b', '(or a (not b))'],
    ['subject:(a b)', '(or subject:a subject:b)'],
  ])('reads %j under the default operator "or" as %s', (typed, tree) => {
    expect(treeOf(parseQuery(typed, { defaultOperator: 'or' }).query)).toBe(tree);
  });

  it('says where things stand', () => {
    const { query } = parseQuery('ab -subject:"c d" (e OR f)');
    expect(query).toMatchObject({
      kind: 'and',
      span: { at: 0, length: 25 },
      of: [
        { span: { at: 0, length: 2 } },
        { kind: 'not', span: { at: 3, length: 14 }, of: { span: { at: 4, length: 13 } } },
        { kind: 'or', of: [{ span: { at: 19, length: 1 } }, { span: { at: 24, length: 1 } }] },
      ],
    });
    expect(parseQuery('(a “b').problems).toMatchObject([
      { at: 0, length: 1 },
      { at: 3, length: 1 },
    ]);
  });

  it.each([
    ['4,096 characters', 'a'.repeat(4096), null],
    ['4,097 characters', 'a'.repeat(4097), '4096 characters'],
    ['2,049 characters of two units', '😀'.repeat(2049), '4096 characters'],
    ['a million characters', 'a '.repeat(500_000), '4096 characters'],
    ['128 terms', 'a '.repeat(128), null],
    ['129 terms', 'a '.repeat(129), '128 terms'],
    ['129 terms of every kind', 'a "b" c* d~ * e:f '.repeat(22), '128 terms'],
    ['depth 16', `${'('.repeat(16)}a${')'.repeat(16)}`, null],
    ['depth 17', `${'('.repeat(17)}a${')'.repeat(17)}`, '16 levels'],
    ['thousands of open brackets', '('.repeat(4000), '16 levels'],
    ['16 times NOT', `${'NOT '.repeat(16)}a`, null],
    ['17 times NOT', `${'NOT '.repeat(17)}a`, '16 levels'],
    ['depth 17 by turns', `${'NOT ('.repeat(8)}NOT a${')'.repeat(8)}`, '16 levels'],
  ])('keeps the limits: %s', (_, typed, limit) => {
    const parse = (): unknown => parseQuery(typed);
    if (limit === null) expect(parse).not.toThrow();
    else
      expect(parse).toThrow(
        expect.objectContaining({ code: 'QUERY_TOO_LARGE', message: expect.stringContaining(limit) }),
      );
  });
});

const pieces = [
  'a',
  'foo',
  ' ',
  ' ',
  ' ',
  '"',
  '“',
  '(',
  ')',
  '{',
  '}',
  'thread:{',
  'subject:',
  'x:',
  '/',
  '\\',
  '*',
  '~',
  '~2',
].concat([
  'AND',
  'OR',
  'NOT',
  'or',
  '|',
  '-',
  '+',
  '..',
  ':',
  '//',
  '@',
  '1',
  '内',
  '.',
  '""',
  'from:(',
  "'",
  '\n',
]);
const typedText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 80 }),
  fc.array(fc.constantFrom(...pieces), { maxLength: 40 }).map((parts) => parts.join('')),
);

describe('laws', () => {
  it('any text is read, or is too large in a way that is named', () => {
    fc.assert(
      fc.property(typedText, fc.constantFrom('and' as const, 'or' as const), (typed, defaultOperator) => {
        try {
          const { query, problems } = parseQuery(typed, { defaultOperator });
          for (const { at, length } of [query.span, ...problems]) {
            expect(at).toBeGreaterThanOrEqual(0);
            expect(at + length).toBeLessThanOrEqual(typed.length);
          }
        } catch (error) {
          if (!(error instanceof HayrickError)) throw error;
          expect(error.code).toBe('QUERY_TOO_LARGE');
        }
      }),
      { numRuns: 3000 },
    );
  });

  it('what is printed is read as the same tree, under either default operator', () => {
    const operator = fc.constantFrom('and' as const, 'or' as const);
    fc.assert(
      fc.property(typedText, operator, operator, (typed, first, second) => {
        let query: ReturnType<typeof parseQuery>['query'];
        try {
          query = parseQuery(typed, { defaultOperator: first }).query;
        } catch {
          fc.pre(false);
          return;
        }
        const printed = printQuery(query);
        expect(withoutPlaces(parseQuery(printed, { defaultOperator: second }).query)).toEqual(
          withoutPlaces(query),
        );
        expect(printQuery(parseQuery(printed).query)).toBe(printed);
      }),
      { numRuns: 5000 },
    );
  });

  it('trees made by hand are printed so that nothing in a text is taken for syntax', () => {
    const text = fc.array(fc.constantFrom('a', ' ', '(', ')', 'OR', '-', '*', '"', ':', '~'), {
      maxLength: 6,
    });
    fc.assert(
      fc.property(text, (parts) => {
        const words = parts.join('');
        const query = {
          kind: 'text',
          field: null,
          text: words,
          quoted: true,
          span: { at: 0, length: 0 },
        } as const;
        expect(treeOf(parseQuery(printQuery(query)).query)).toBe(`«${words}»`);
        const bare = parseQuery(printQuery({ ...query, quoted: false })).query;
        expect(bare.kind === 'text' && bare.text).toBe(words);
      }),
    );
  });
});
