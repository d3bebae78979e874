import fc from 'fast-check';
import { expect, it } from 'vitest';
import { printQuery } from './print-query.ts';

it('short parts stand on one line', () => {
  const term = (field: string) => ({ term: { [`text.${field}`]: 'journal' } });
  const query = { bool: { should: ['subject', 'own', 'quoted', 'attached'].map(term) } };
  expect(printQuery(query)).toBe(`{
  "bool": {
    "should": [
      {"term":{"text.subject":"journal"}},
      {"term":{"text.own":"journal"}},
      {"term":{"text.quoted":"journal"}},
      {"term":{"text.attached":"journal"}}
    ]
  }
}`);
  expect(printQuery(term('own'))).toBe('{"term":{"text.own":"journal"}}');
});

it('of a long list the beginning is told', () => {
  const values = Array.from({ length: 60_000 }, (_, i) => i);
  expect(printQuery({ terms: { _id: values } })).toBe(`{
  "terms": {
    "_id": [
      0,
      1,
      2,
      … 59997 more
    ]
  }
}`);
});

it('whatever is printed is the same JSON', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (query) => {
      expect(JSON.parse(printQuery(query))).toEqual(JSON.parse(JSON.stringify(query)));
    }),
  );
});
