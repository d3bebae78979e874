import type { PhraseItem } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { fuzzyQuery, nearQuery, phraseQuery } from './text-query.ts';

const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const prefix = (text: string, ...stems: string[]): PhraseItem => ({ kind: 'prefix', prefix: text, stems });
const rule = (query: string): unknown => ({ match: { query } });

it.each<[string, readonly PhraseItem[], unknown]>([
  ['nothing', [], { match_none: {} }],
  ['a word', [token('a')], { term: { 'text.own': { value: 'a', boost: 1 } } }],
  ['words', [token('a'), token('b')], { match_phrase: { 'text.own': { query: 'a b', boost: 1 } } }],
  ['a prefix', [prefix('ab')], { prefix: { 'text.own': { value: 'ab', boost: 1 } } }],
  [
    'a prefix and its stems',
    [prefix('operat', 'oper')],
    {
      bool: {
        should: [
          { prefix: { 'text.own': { value: 'operat', boost: 1 } } },
          { terms: { 'text.own': ['oper'], boost: 1 } },
        ],
        minimum_should_match: 1,
      },
    },
  ],
  [
    'a prefix at the end of a phrase',
    [token('a'), prefix('operat', 'oper')],
    {
      intervals: {
        'text.own': {
          all_of: {
            ordered: true,
            max_gaps: 0,
            intervals: [
              rule('a'),
              { any_of: { intervals: [{ prefix: { prefix: 'operat' } }, rule('oper')] } },
            ],
          },
          boost: 1,
        },
      },
    },
  ],
])('the phrase of %s', (_, items, query) => {
  expect(phraseQuery(['own'], items)).toEqual(query);
});

it('a phrase is looked for in each field by itself', () => {
  expect(phraseQuery(['own', 'subject'], [token('a'), token('b')])).toEqual({
    bool: {
      should: [
        { match_phrase: { 'text.own': { query: 'a b', boost: 1 } } },
        { match_phrase: { 'text.subject': { query: 'a b', boost: 8 } } },
      ],
      minimum_should_match: 1,
    },
  });
  expect(phraseQuery([], [token('a')])).toEqual({ match_none: {} });
});

it('words near each other stand in a stretch without a boundary', () => {
  expect(nearQuery(['own'], ['a', 'b'], 3)).toEqual({
    intervals: {
      'text.own': {
        all_of: {
          ordered: false,
          max_gaps: 3,
          intervals: [rule('a'), rule('b')],
          filter: { not_containing: rule('¶') },
        },
        boost: 1,
      },
    },
  });
  expect(nearQuery(['own'], [], 3)).toEqual({ match_none: {} });
});

it('a fuzzy word takes all stems within reach, not the nearest fifty', () => {
  expect(fuzzyQuery(['own'], 'jurnal', 2)).toEqual({
    fuzzy: {
      'text.own': {
        value: 'jurnal',
        fuzziness: 2,
        prefix_length: 1,
        transpositions: false,
        rewrite: 'constant_score',
        boost: 1,
      },
    },
  });
});
