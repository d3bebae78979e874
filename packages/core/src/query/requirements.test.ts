import { describe, expect, it } from 'vitest';
import type { Condition, ConditionWithThreads } from './condition.ts';
import { checkSupported, requires, type Supports } from './requirements.ts';

const word: Condition = { kind: 'phrase', fields: ['own'], items: [{ kind: 'token', token: 'a' }] };
const phrase: Condition = {
  kind: 'phrase',
  fields: ['own'],
  items: [
    { kind: 'token', token: 'a' },
    { kind: 'token', token: 'b' },
  ],
};
const prefix: Condition = {
  kind: 'phrase',
  fields: ['own'],
  items: [{ kind: 'prefix', prefix: 'wor', stems: [] }],
};
const near: Condition = { kind: 'near', fields: ['own'], tokens: ['a', 'b'], distance: 3 };
const fuzzy: Condition = { kind: 'fuzzy', fields: ['own'], token: 'word', edits: 1 };
const regex: ConditionWithThreads = { kind: 'regex', field: 'subject', pattern: 'a' };

const NOTHING: Supports = {
  phrases: false,
  prefixes: false,
  proximity: false,
  fuzzy: false,
  regex: false,
};

describe('requires', () => {
  it.each<readonly [string, ConditionWithThreads, readonly string[]]>([
    ['all', { kind: 'all' }, []],
    ['none', { kind: 'none' }, []],
    ['a word', word, []],
    ['a keyword', { kind: 'keyword', field: 'mid', value: 'x' }, []],
    ['the start of a keyword', { kind: 'keyword-prefix', field: 'mime', prefix: 'text/' }, []],
    ['a range', { kind: 'range', field: 'date', from: 1, to: null }, []],
    ['archives', { kind: 'archives', names: ['x'] }, []],
    ['a phrase', phrase, ['phrases']],
    ['a prefix', prefix, ['prefixes']],
    ['near', near, ['proximity']],
    ['fuzzy', fuzzy, ['fuzzy']],
    ['regex', regex, ['regex']],
    ['what stands in a thread', { kind: 'thread', of: { kind: 'not', of: regex } }, ['regex']],
    ['a thread by a name', { kind: 'thread', of: 'x' }, []],
    ['messages by their ids', { kind: 'ids', ids: [] }, []],
    [
      'a tree',
      { kind: 'and', of: [word, { kind: 'not', of: { kind: 'or', of: [near, phrase] } }] },
      ['proximity', 'phrases'],
    ],
  ])('%s', (_, condition, features) => expect([...requires(condition)]).toEqual(features));
});

describe('checkSupported', () => {
  it('lets pass what an engine can do', () => {
    expect(() => checkSupported(word, NOTHING, 'toy')).not.toThrow();
    expect(() => checkSupported(phrase, { ...NOTHING, phrases: true }, 'toy')).not.toThrow();
  });

  it.each<readonly [ConditionWithThreads, string]>([
    [phrase, 'phrases ("a b")'],
    [prefix, 'prefixes (wor*)'],
    [near, 'proximity ("a b"~5)'],
    [fuzzy, 'fuzzy words (word~)'],
    [regex, 'regular expressions (subject:/re/)'],
    [{ kind: 'and', of: [fuzzy, regex] }, 'fuzzy words (word~) and regular expressions'],
  ])('names the engine and what it cannot do: %j', (condition, name) => {
    expect(() => checkSupported(condition, NOTHING, 'toy')).toThrow(
      expect.objectContaining({
        code: 'QUERY_UNSUPPORTED',
        message: expect.stringContaining(`"toy" does not support ${name}`),
      }),
    );
  });
});
