import { HayrickError } from '@hayrick/core';
import { builtInNames, parseQuery, type Query } from '@hayrick/core/query';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { query } from './generated-queries.ts';

const LINES = [
  'The journal of Ann',
  'commit 8473b9 café 内核空间',
  'Operators are happy',
  'x@y.example says "hello"',
];
const MADE = fc.sample(query, { numRuns: 6000, seed: 7 }).map((maker) => maker(LINES));

const read = MADE.flatMap((text) => {
  try {
    return [parseQuery(text)];
  } catch (error) {
    if (error instanceof HayrickError) return [];
    throw error;
  }
});

/** The query and all that it is made of. */
function* partsOf(of: Query): Generator<Query> {
  yield of;
  if (of.kind === 'and' || of.kind === 'or') for (const part of of.of) yield* partsOf(part);
  if (of.kind === 'not' || of.kind === 'thread') yield* partsOf(of.of);
}

const parts = read.flatMap(({ query: of }) => [...partsOf(of)]);

it('queries of every kind are drawn', () => {
  const kinds = Map.groupBy(parts, ({ kind }) => kind);
  const few = [...['all', 'and', 'or', 'not', 'text', 'prefix', 'near', 'fuzzy', 'regex', 'thread']].filter(
    (kind) => [...kinds].every(([known, of]) => known !== kind || of.length < 30),
  );
  expect(few).toEqual([]);
});

it('under every name that queries know', () => {
  const named = new Set(parts.flatMap((part) => ('field' in part && part.field?.toLowerCase()) || []));
  expect(builtInNames().filter((name) => name !== 'thread' && !named.has(name))).toEqual([]);
  const threads = parts.filter((part) => 'field' in part && part.field?.toLowerCase() === 'thread');
  expect(threads.length).toBeGreaterThan(30);
});

it('nested, and with problems and without', () => {
  const depth = (of: Query): number => {
    if (of.kind === 'and' || of.kind === 'or') return 1 + Math.max(...of.of.map(depth));
    return of.kind === 'not' || of.kind === 'thread' ? 1 + depth(of.of) : 0;
  };
  expect(read.filter(({ query: of }) => depth(of) >= 4).length).toBeGreaterThan(100);
  const odd = read.filter(({ problems }) => problems.length > 0).length;
  expect(odd).toBeGreaterThan(300);
  expect(odd).toBeLessThan(read.length / 3);
  expect(read.length).toBeGreaterThan(MADE.length * 0.99);
});
