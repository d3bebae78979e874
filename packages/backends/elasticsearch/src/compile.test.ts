import type { Condition } from '@hayrick/core/backend';
import { describe, expect, it } from 'vitest';
import { compileCondition, compileQuery, type Dsl } from './compile.ts';

const CONTEXT = { dates: new Set(['due']), ranked: false };
const word = (token: string, ...fields: string[]): Condition => ({
  kind: 'phrase',
  fields: fields.length === 0 ? ['own'] : fields,
  items: [{ kind: 'token', token }],
});
const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});
const has = (value: string): Condition => ({ kind: 'keyword', field: 'has', value });
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

const MANY = Array.from({ length: 70_000 }, (_, i) => String(i));
const A = { term: { 'text.own': 'a' } };
const B = { term: { 'text.own': 'b' } };
const PATCH = { term: { 'keyword.has': 'patch' } };

describe('a condition becomes one query', () => {
  it.each<[string, Condition, Dsl]>([
    ['everything', { kind: 'all' }, { match_all: {} }],
    ['nothing', { kind: 'none' }, { match_none: {} }],
    ['a word', word('a'), A],
    [
      'a word in several fields',
      word('a', 'subject', 'topic'),
      {
        bool: {
          should: [{ term: { 'text.subject': 'a' } }, { term: { 'text.topic': 'a' } }],
          minimum_should_match: 1,
        },
      },
    ],
    ['an and', and(word('a'), word('b')), { bool: { must: [A, B] } }],
    ['an and of nothing', and(), { match_all: {} }],
    ['an and of one', and(word('a')), A],
    ['an and with everything', and({ kind: 'all' }, word('a')), A],
    ['an or', or(word('a'), word('b')), { bool: { should: [A, B], minimum_should_match: 1 } }],
    ['an or of nothing', or(), { match_none: {} }],
    [
      'ands in ands',
      and(and(word('a')), and(word('b'), has('patch'))),
      { bool: { must: [A, B], filter: [PATCH] } },
    ],
    ['a not', not(word('a')), { bool: { must_not: [A] } }],
    ['a not of a not', not(not(word('a'))), A],
    ['an and-not', and(word('a'), not(has('patch'))), { bool: { must: [A], must_not: [PATCH] } }],
    [
      'a not of an or: none of them',
      and(word('a'), not(or(word('b'), has('patch')))),
      { bool: { must: [A], must_not: [B, PATCH] } },
    ],
    [
      'an or in which only words count for the order',
      or(word('a'), has('patch'), not(word('b'))),
      {
        bool: {
          should: [
            A,
            { constant_score: { filter: PATCH, boost: 0 } },
            { constant_score: { filter: { bool: { must_not: [B] } }, boost: 0 } },
          ],
          minimum_should_match: 1,
        },
      },
    ],
    [
      'a prefix of a keyword, literally',
      { kind: 'keyword-prefix', field: 'mid', prefix: 'a*' },
      { prefix: { 'keyword.mid': 'a*' } },
    ],
    ['ids', { kind: 'ids', ids: ['x', 'y'] }, { terms: { _id: ['x', 'y'] } }],
    [
      'more ids than one query takes',
      and(word('a'), { kind: 'ids', ids: MANY }),
      {
        bool: {
          must: [A],
          filter: [
            {
              bool: {
                should: [{ terms: { _id: MANY.slice(0, 65_536) } }, { terms: { _id: MANY.slice(65_536) } }],
                minimum_should_match: 1,
              },
            },
          ],
        },
      },
    ],
    ['archives', { kind: 'archives', names: ['x', 'y'] }, { terms: { archives: ['x', 'y'] } }],
    ['dates, as texts', range('date', 0, 100), { range: { date: { gte: '0', lte: '100' } } }],
    ['declared dates', range('due', -5, null), { range: { 'number.due': { gte: '-5' } } }],
    ['a size', range('size', null, 5_000_000_000), { range: { size: { lte: 5_000_000_000 } } }],
    ['a declared number', range('score', 0.5, null), { range: { 'number.score': { gte: 0.5 } } }],
    ['a range without ends', range('score', null, null), { exists: { field: 'number.score' } }],
    [
      'ends beyond what the engine can hold',
      and(range('date', -1e300, 1e300), range('size', -1e300, 1e300)),
      {
        bool: {
          filter: [
            { range: { date: { gte: '-8640000000000', lte: '8640000000000' } } },
            { range: { size: { gte: -(2 ** 62), lte: 2 ** 62 } } },
          ],
        },
      },
    ],
  ])('%s', (_, condition, query) => {
    expect(compileCondition(condition, CONTEXT)).toEqual(query);
  });
});

it('what may be read is a filter beside the condition, in every query', () => {
  const access = { terms: { archives: ['x'] } };
  expect(compileQuery(word('a'), ['x'], CONTEXT)).toEqual({ bool: { must: [A], filter: [access] } });
  expect(compileQuery(and(word('a'), not(word('b'))), ['x'], CONTEXT)).toEqual({
    bool: { must: [A], filter: [access], must_not: [B] },
  });
  expect(compileQuery(or(word('a'), has('patch')), ['x'], CONTEXT)).toMatchObject({
    bool: { must: [{ bool: { minimum_should_match: 1 } }], filter: [access] },
  });
  expect(compileQuery(has('patch'), ['x'], CONTEXT)).toEqual({ bool: { filter: [PATCH, access] } });
  expect(compileQuery({ kind: 'all' }, ['x'], CONTEXT)).toEqual(access);
  expect(compileQuery(word('a'), [], CONTEXT)).toEqual({
    bool: { must: [A], filter: [{ terms: { archives: [] } }] },
  });
});

it('words are weighed where the order is by relevance', () => {
  const ranked = compileQuery(and(word('a'), has('patch')), ['x'], { ...CONTEXT, ranked: true });
  const weighed = { combined_fields: { query: 'a', fields: ['text.own^2.5'] } };
  expect(ranked).toEqual({
    bool: { must: [weighed], filter: [PATCH, { terms: { archives: ['x'] } }] },
  });
});

it('a query that is deeper than the server reads is packed on the way down', () => {
  const deep = Array.from({ length: 40 }).reduce<Condition>(
    (inner, _, i) => (i % 2 === 0 ? and(word('a'), inner) : or(word('b'), inner)),
    word('c'),
  );
  let query: unknown = compileCondition(deep, CONTEXT);
  for (let packed = 0; packed < 5; packed++) {
    expect(depthOf(query)).toBeLessThanOrEqual(30);
    const text = JSON.stringify(query);
    const inner = /"wrapper":\{"query":"([^"]+)"/.exec(text)?.[1];
    if (inner === undefined) {
      expect(packed).toBeGreaterThan(0);
      return expect(text).toContain('"text.own":"c"');
    }
    query = JSON.parse(Buffer.from(inner, 'base64').toString());
  }
  throw new Error('packed more often than there is depth');
});

/** Queries in one another, as the server counts them. */
function depthOf(query: unknown): number {
  if (typeof query !== 'object' || query === null) return 0;
  const { bool } = query as { readonly bool?: Readonly<Record<string, unknown>> };
  const inner = Object.values(bool ?? {}).flatMap((part) => (Array.isArray(part) ? part : []));
  return 1 + Math.max(0, ...inner.map(depthOf));
}
