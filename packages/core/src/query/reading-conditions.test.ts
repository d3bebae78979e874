import { describe, expect, it } from 'vitest';
import type { Condition, ConditionWithThreads } from './condition.ts';
import { printCondition } from './print-condition.ts';
import { rejectProblems } from './strict.ts';
import { hasWords, wordsOfCondition } from './words-of-condition.ts';

const word: Condition = {
  kind: 'phrase',
  fields: ['subject', 'own'],
  items: [{ kind: 'token', token: 'a' }],
};
const prefix: Condition = {
  kind: 'phrase',
  fields: ['own'],
  items: [
    { kind: 'token', token: 'b' },
    { kind: 'prefix', prefix: 'oper', stems: ['op'] },
  ],
};
const near: Condition = { kind: 'near', fields: ['own'], tokens: ['c', 'd'], distance: 3 };
const fuzzy: Condition = { kind: 'fuzzy', fields: ['own'], token: 'word', edits: 2 };
const keyword: Condition = { kind: 'keyword', field: 'from', value: 'ann@example.org' };

describe('printCondition', () => {
  it.each<readonly [ConditionWithThreads, string]>([
    [{ kind: 'all' }, 'all'],
    [{ kind: 'none' }, 'none'],
    [word, '(word (subject own) "a")'],
    [prefix, '(phrase (own) "b" ("oper"* "op"))'],
    [
      { kind: 'phrase', fields: ['own'], items: [{ kind: 'prefix', prefix: 'x', stems: [] }] },
      '(word (own) "x"*)',
    ],
    [near, '(near 3 (own) "c" "d")'],
    [fuzzy, '(fuzzy 2 (own) "word")'],
    [keyword, '(keyword from "ann@example.org")'],
    [{ kind: 'keyword-prefix', field: 'mime', prefix: 'text/' }, '(keyword mime "text/"*)'],
    [{ kind: 'range', field: 'date', from: 5, to: null }, '(range date 5 *)'],
    [{ kind: 'range', field: 'size', from: null, to: 9 }, '(range size * 9)'],
    [{ kind: 'archives', names: ['x', 'y'] }, '(archives "x" "y")'],
    [{ kind: 'regex', field: 'subject', pattern: 'a"b' }, '(regex subject "a\\"b")'],
    [{ kind: 'ids', ids: ['0a', '1b'] }, '(ids 0a 1b)'],
    [{ kind: 'ids', ids: ['0a', '1b', '2c', '3d'] }, '(ids 4 0a …)'],
    [{ kind: 'thread', of: 'x@y' }, '(thread "x@y")'],
    [{ kind: 'thread', of: keyword }, '(thread (keyword from "ann@example.org"))'],
    [
      { kind: 'and', of: [keyword, { kind: 'not', of: { kind: 'or', of: [word, { kind: 'all' }] } }] },
      '(and (keyword from "ann@example.org") (not (or (word (subject own) "a") all)))',
    ],
  ])('%j', (condition, printed) => expect(printCondition(condition)).toBe(printed));

  it('calls parts by the names that they are given', () => {
    const condition: Condition = { kind: 'and', of: [keyword, { kind: 'not', of: word }] };
    const nameOf = (part: ConditionWithThreads) => (part === word ? 'the word' : null);
    expect(printCondition(condition, nameOf)).toBe('(and (keyword from "ann@example.org") (not the word))');
  });
});

describe('wordsOfCondition', () => {
  it('gives the words that count for a match, with their fields', () => {
    const condition: Condition = {
      kind: 'and',
      of: [keyword, { kind: 'or', of: [word, prefix, near, fuzzy] }],
    };
    expect(wordsOfCondition(condition)).toEqual([
      { fields: ['subject', 'own'], item: { kind: 'token', token: 'a' } },
      { fields: ['own'], item: { kind: 'token', token: 'b' } },
      { fields: ['own'], item: { kind: 'prefix', prefix: 'oper', stems: ['op'] } },
      { fields: ['own'], item: { kind: 'token', token: 'c' } },
      { fields: ['own'], item: { kind: 'token', token: 'd' } },
      { fields: ['own'], item: { kind: 'fuzzy', token: 'word', edits: 2 } },
    ]);
  });

  it.each<readonly [string, Condition, boolean]>([
    ['a word', word, true],
    ['not a word', { kind: 'not', of: word }, false],
    ['not not a word', { kind: 'not', of: { kind: 'not', of: word } }, true],
    ['a word among others', { kind: 'and', of: [keyword, word] }, true],
    ['an address', keyword, false],
    ['everything', { kind: 'all' }, false],
    ['a range', { kind: 'range', field: 'date', from: 1, to: 2 }, false],
  ])('%s: there are words: %s', (_, condition, has) => expect(hasWords(condition)).toBe(has));
});

describe('rejectProblems', () => {
  it('lets pass a query without problems', () => expect(() => rejectProblems('a b', [])).not.toThrow());

  it('names all problems with their places', () => {
    const problems = [
      { at: 0, length: 5, message: 'First.' },
      { at: 9, length: 0, message: 'Second.' },
    ];
    expect(() => rejectProblems('foo:a bar', problems)).toThrow(
      expect.objectContaining({
        code: 'QUERY_INVALID',
        message: 'The query has 2 problems:\n  at 1 ("foo:a"): First.\n  at 10: Second.',
      }),
    );
  });
});
