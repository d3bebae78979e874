import type { Condition, PhraseItem } from '@hayrick/core/backend';
import { describe, expect, it } from 'vitest';
import { WORD_COLUMNS } from './ddl.ts';
import { matchExpression, splitByTable } from './match-expression.ts';

const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const phrase = (text: string, fields: readonly string[] = WORD_COLUMNS) =>
  ({ kind: 'phrase', fields, items: text.split(' ').map(token) }) as const;
const prefix = (text: string, stems: readonly string[], fields = WORD_COLUMNS): Condition => ({
  kind: 'phrase',
  fields,
  items: [{ kind: 'prefix', prefix: text, stems }],
});
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });
const near = (text: string, distance: number, fields: readonly string[] = WORD_COLUMNS): Condition => ({
  kind: 'near',
  fields,
  tokens: text.split(' '),
  distance,
});
const from = (value: string): Condition => ({ kind: 'keyword', field: 'from', value });

describe('one FTS5 expression', () => {
  it.each<[string, Condition, string, string]>([
    ['a bare word', phrase('journal'), 'words', '"journal"'],
    ['a word in fields', phrase('journal', ['subject', 'own']), 'words', '{"subject" "own"} : "journal"'],
    ['a phrase', phrase('ring buffer', ['own']), 'words', '{"own"} : "ring buffer"'],
    ['a word aside', phrase('x', ['signature']), 'aside', '{"signature"} : "x"'],
    ['a word of patches', phrase('x', ['dfa', 'dfb']), 'patch', '{"dfa" "dfb"} : "x"'],
    ['a prefix', prefix('wor', []), 'words', '"wor" *'],
    ['a prefix with stems', prefix('happy', ['happi', 'hap']), 'words', '("happy" * OR "happi" OR "hap")'],
    ['a prefix in a field', prefix('ab', ['a'], ['own']), 'words', '{"own"} : ("ab" * OR "a")'],
    [
      'a phrase that ends in a prefix',
      {
        kind: 'phrase',
        fields: WORD_COLUMNS,
        items: [token('a'), { kind: 'prefix', prefix: 'be', stems: ['b'] }],
      },
      'words',
      '("a be" * OR "a b")',
    ],
    ['a keyword', from('ann@x.example'), 'keywords', '"from:ann@x.example"'],
    ['a keyword that needs escapes', from('A "b'), 'keywords', '"from:%41%20%22b"'],
    ['a keyword prefix', { kind: 'keyword-prefix', field: 'mid', prefix: 'ab' }, 'keywords', '"mid:ab" *'],
    ['and', and(phrase('a'), phrase('b')), 'words', '("a" AND "b")'],
    ['or', or(phrase('a'), phrase('b')), 'words', '("a" OR "b")'],
    ['and not', and(phrase('a'), not(phrase('b')), not(phrase('c'))), 'words', '("a" NOT ("b" OR "c"))'],
    ['nesting', and(or(phrase('a'), phrase('b')), phrase('c')), 'words', '(("a" OR "b") AND "c")'],
    ['keywords joined', and(from('a'), not(from('b'))), 'keywords', '("from:a" NOT "from:b")'],
    ['a list of one', or(phrase('a')), 'words', '"a"'],
    [
      'words of one field, however many',
      or(...['a', 'b', 'c'].map((t) => phrase(t, ['own']))),
      'words',
      '{"own"} : ("a" OR "b" OR "c")',
    ],
    [
      'words of several fields',
      or(phrase('a', ['own']), phrase('b', ['to'])),
      'words',
      '({"own"} : "a" OR {"to"} : "b")',
    ],
    ['words near each other: those in the middle count', near('a b c', 2), 'words', 'NEAR("a" "b" "c", 3)'],
    ['words near each other in a field', near('a b', 0, ['own']), 'words', '{"own"} : NEAR("a" "b", 0)'],
    ['a word that is to be there twice', near('a b a', 1), 'words', 'NEAR("a" "b", 2)'],
    ['one word that is to be there twice', near('a a', 9), 'words', '"a"'],
    ['a quote in a name', phrase('a', ['x"y']), 'aside', '{"x""y"} : "a"'],
    ['a quote in a token', phrase('a"b'), 'words', '"a""b"'],
  ])('of %s', (_, condition, table, match) => {
    expect(matchExpression(condition)).toEqual({ table, match });
  });

  it.each<[string, Condition]>([
    ['a phrase over both tables', phrase('x', ['own', 'signature'])],
    ['words of two tables', and(phrase('a'), phrase('b', ['signature']))],
    ['a word and a keyword', or(phrase('a'), from('b'))],
    ['nothing but a negation', not(phrase('a'))],
    ['negations alone', and(not(phrase('a')), not(phrase('b')))],
    ['a negation in an or', or(phrase('a'), not(phrase('b')))],
    ['a negation of another table', and(phrase('a'), not(from('b')))],
    ['a range', { kind: 'range', field: 'size', from: 1, to: null }],
    ['an empty list', or()],
    ['all', { kind: 'all' }],
  ])('is not to be had of %s', (_, condition) => {
    expect(matchExpression(condition)).toBeNull();
  });
});

it('a phrase over both tables is one in each', () => {
  expect(splitByTable(phrase('x', ['own', 'signature', 'subject']))).toEqual([
    phrase('x', ['own', 'subject']),
    phrase('x', ['signature']),
  ]);
  expect(splitByTable(phrase('x', ['own']))).toEqual([phrase('x', ['own'])]);
});
