import type { PhraseItem } from '@hayrick/core/backend';
import { describe, expect, it } from 'vitest';
import { fuzzyQuery, nearQuery, phraseQuery } from './text-query.ts';

const token = (text: string): PhraseItem => ({ kind: 'token', token: text });
const prefix = (text: string, ...stems: string[]): PhraseItem => ({ kind: 'prefix', prefix: text, stems });
const rule = (query: string): unknown => ({ match: { query } });

describe('a phrase', () => {
  it.each<[string, readonly PhraseItem[], unknown]>([
    ['of nothing', [], { match_none: {} }],
    ['of a word', [token('a')], { term: { 'text.own': 'a' } }],
    ['of words', [token('a'), token('b')], { match_phrase: { 'text.own': { query: 'a b' } } }],
    ['of a prefix', [prefix('ab')], { prefix: { 'text.own': { value: 'ab' } } }],
    [
      'of a prefix and its stems',
      [prefix('operat', 'oper')],
      {
        bool: {
          should: [{ prefix: { 'text.own': { value: 'operat' } } }, { terms: { 'text.own': ['oper'] } }],
          minimum_should_match: 1,
        },
      },
    ],
    [
      'that ends with a prefix',
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
          },
        },
      },
    ],
  ])('%s', (_, items, query) => {
    expect(phraseQuery(['own'], items, false)).toEqual(query);
  });

  it('is looked for in each field by itself', () => {
    expect(phraseQuery(['own', 'subject'], [token('a'), token('b')], false)).toEqual({
      bool: {
        should: [
          { match_phrase: { 'text.own': { query: 'a b' } } },
          { match_phrase: { 'text.subject': { query: 'a b' } } },
        ],
        minimum_should_match: 1,
      },
    });
    for (const ranked of [true, false])
      expect(phraseQuery([], [token('a')], ranked)).toEqual({ match_none: {} });
  });
});

describe('where the order is by relevance', () => {
  it('the fields that hold a word are weighed together, none of them below 1', () => {
    expect(phraseQuery(['subject', 'quoted', 'signature', 'topic'], [token('a')], true)).toEqual({
      combined_fields: {
        query: 'a',
        fields: ['text.subject^20', 'text.quoted^1', 'text.signature^1', 'text.topic^2.5'],
      },
    });
  });

  it('what else there is counts by its field', () => {
    const boosts = ['subject', 'from', 'own', 'quoted', 'signature'].map((field) =>
      phraseQuery([field], [token('a'), token('b')], true),
    );
    const told = [3.48, 2.86, 1.82, 1, 0.57];
    expect(boosts).toEqual(
      ['subject', 'from', 'own', 'quoted', 'signature'].map((field, i) => ({
        match_phrase: { [`text.${field}`]: { query: 'a b', boost: told[i] } },
      })),
    );
    expect(fuzzyQuery(['own'], 'a', 1, true)).toMatchObject({ fuzzy: { 'text.own': { boost: 1.82 } } });
    expect(nearQuery(['own'], ['a', 'b'], 1, true)).toMatchObject({
      intervals: { 'text.own': { boost: 1.82 } },
    });
    expect(phraseQuery(['own'], [prefix('ab')], true)).toMatchObject({
      prefix: { 'text.own': { boost: 1.82 } },
    });
  });
});

it('words near each other stand in a stretch without a boundary', () => {
  expect(nearQuery(['own'], ['a', 'b'], 3, false)).toEqual({
    intervals: {
      'text.own': {
        all_of: {
          ordered: false,
          max_gaps: 3,
          intervals: [rule('a'), rule('b')],
          filter: { not_containing: rule('¶') },
        },
      },
    },
  });
  expect(nearQuery(['own'], [], 3, false)).toEqual({ match_none: {} });
});

it('a fuzzy word takes all stems within reach, not the nearest fifty', () => {
  expect(fuzzyQuery(['own'], 'jurnal', 2, false)).toEqual({
    fuzzy: {
      'text.own': {
        value: 'jurnal',
        fuzziness: 2,
        prefix_length: 1,
        transpositions: false,
        rewrite: 'constant_score',
      },
    },
  });
});
