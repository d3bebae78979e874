import fc from 'fast-check';
import type { Query } from 'minisearch';
import { expect, it } from 'vitest';
import { tokensOfItem } from './expand.ts';
import { scoredWords, weightsOf } from './relevance.ts';
import { scoresOf } from './scores.ts';
import { addSlot, emptySet } from './slot-set.ts';
import { WordIndex } from './word-index.ts';

const FIELDS = ['subject', 'own', 'quoted'];
const TOKENS = ['journal', 'journ', 'jour', 'inod', 'in', 'a'];

const text = fc
  .record(
    Object.fromEntries(
      FIELDS.map((field) => [field, fc.array(fc.constantFrom(...TOKENS), { minLength: 1, maxLength: 9 })]),
    ),
    { requiredKeys: [] },
  )
  .map((fields) =>
    Object.fromEntries(Object.entries(fields).map(([name, tokens]) => [name, (tokens ?? []).join(' ')])),
  );
const word = fc.record({
  fields: fc.subarray(FIELDS, { minLength: 1 }),
  token: fc.constantFrom(...TOKENS, 'jo', 'i'),
  prefix: fc.boolean(),
});

it('are those of MiniSearch.search, for the documents that are asked for', () => {
  fc.assert(
    fc.property(
      fc.array(text, { minLength: 1, maxLength: 12 }),
      fc.array(word, { minLength: 1, maxLength: 3 }),
      fc.array(fc.boolean(), { minLength: 12, maxLength: 12 }),
      (documents, words, chosen) => {
        const index = new WordIndex(FIELDS);
        const of = emptySet(documents.length);
        for (const one of documents) {
          const slot = index.put(one);
          if (chosen[slot] === true) addSlot(of, slot);
        }
        const queries = words.map(({ fields, token, prefix }): Query => {
          const boost = Object.fromEntries(fields.map((field) => [field, weightsOf([])(field)]));
          return { queries: [token], fields, boost, prefix };
        });
        const found = index.search({ queries, combineWith: 'OR' });
        const expected = new Map(found.map(({ id, score }) => [id, score]));
        const asked = words.flatMap(({ fields, token, prefix }) =>
          scoredWords(index, {
            kind: 'phrase',
            fields,
            items: [prefix ? { kind: 'prefix', prefix: token, stems: [] } : { kind: 'token', token }],
          }),
        );
        const scores = scoresOf(index, asked, of);
        for (const slot of documents.keys()) {
          const score = chosen[slot] === true ? (expected.get(slot) ?? 0) : 0;
          expect(scores[slot]).toBeCloseTo(score, 9);
        }
      },
    ),
    { numRuns: 500 },
  );
});

it('words that are negated count nothing', () => {
  const index = new WordIndex(FIELDS);
  index.put({ own: 'journal inod' });
  const phrase = (token: string) =>
    ({ kind: 'phrase', fields: FIELDS, items: [{ kind: 'token', token }] }) as const;
  const condition = { kind: 'and', of: [phrase('journal'), { kind: 'not', of: phrase('inod') }] } as const;
  expect(scoredWords(index, condition).map(({ source }) => source)).toEqual(['journal']);
});

it('a prefix stands for the tokens that begin with it, and for its stems', () => {
  const index = new WordIndex(FIELDS);
  index.put({ own: 'journal journ inod oper operat' });
  const tokens = (prefix: string, ...stems: string[]): readonly string[] =>
    tokensOfItem(index, { kind: 'prefix', prefix, stems }).toSorted();
  expect(tokens('jour')).toEqual(['journ', 'journal']);
  expect(tokens('operat', 'oper', 'nothing')).toEqual(['oper', 'operat']);
  // A stem that begins with the prefix is there already.
  expect(tokens('oper', 'operat')).toEqual(['oper', 'operat']);
  expect(tokens('x')).toEqual([]);
});
