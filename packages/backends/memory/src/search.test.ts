import type { Condition, Document } from '@hayrick/core/backend';
import { beforeAll, describe, expect, it } from 'vitest';
import { applyBatch } from './apply.ts';
import { MemoryIndex } from './memory-index.ts';
import { countIndex, explainIndex, searchIndex } from './search.ts';

const COUNT = 1200;
const ACCESS = { archives: ['list'] };

/** One in 100 is rare, every other even, one in four from ann; every hundred of one date. */
const documents = Array.from(
  { length: COUNT },
  (_, i): Document => ({
    id: i.toString(16).padStart(32, '0'),
    archives: ['list'],
    date: Math.floor(i / 100),
    received: i,
    size: i,
    text: {
      subject: i % 2 === 0 ? 'even' : 'odd',
      own: `the common ${i % 100 === 0 ? 'rare ' : ''}journal${i % 10} ¶ the end`,
    },
    keywords: { from: [i % 4 === 0 ? 'ann@x.example' : `p${i}@x.example`], mid: [`m${i}@x.example`] },
    numbers: i % 300 === 0 ? { score: [i] } : {},
  }),
);

const index = new MemoryIndex(['subject', 'own']);
beforeAll(() => applyBatch(index, { put: documents, remove: [] }, () => undefined));

const FIELDS = ['subject', 'own', 'no-such-field'];
const word = (...tokens: string[]): Condition => ({
  kind: 'phrase',
  fields: FIELDS,
  items: tokens.map((token) => ({ kind: 'token', token })),
});
const prefix = (...tokens: string[]): Condition => ({
  kind: 'phrase',
  fields: FIELDS,
  items: tokens.map((token, i) =>
    i < tokens.length - 1 ? { kind: 'token', token } : { kind: 'prefix', prefix: token, stems: [] },
  ),
});
const near = (distance: number, ...tokens: string[]): Condition => ({
  kind: 'near',
  fields: FIELDS,
  tokens,
  distance,
});
const keyword = (field: string, value: string): Condition => ({ kind: 'keyword', field, value });
const range = (field: string, from: number | null, to: number | null): Condition => ({
  kind: 'range',
  field,
  from,
  to,
});
const and = (...of: Condition[]): Condition => ({ kind: 'and', of });
const or = (...of: Condition[]): Condition => ({ kind: 'or', of });
const not = (of: Condition): Condition => ({ kind: 'not', of });

/** What each may look at: what the index names for its parts, of which the later ones look only at what the first have left. */
const BOUNDS: readonly (readonly [Condition, matches: number, examined: number])[] = [
  [word('common'), 1200, 1200],
  [word('rare'), 12, 12],
  [word('nowhere'), 0, 0],
  [and(word('common'), word('rare')), 12, 24],
  [and(word('rare'), word('nowhere'), word('common')), 0, 0],
  [and(word('rare'), not(word('common'))), 0, 24],
  [and(word('common'), not(word('rare'))), 1188, 1212],
  [word('common', 'rare'), 12, 12],
  [word('rare', 'common'), 0, 12],
  [word('end', 'the'), 0, 1200],
  [prefix('journal'), 1200, 1200],
  [prefix('rare', 'journal'), 12, 1212],
  [prefix('rare', 'x'), 0, 0],
  [near(0, 'common', 'rare'), 12, 12],
  [near(0, 'rare', 'end'), 0, 12],
  [near(5, 'rare', 'nowhere'), 0, 0],
  [{ kind: 'fuzzy', fields: FIELDS, token: 'rara', edits: 1 }, 12, 12],
  [keyword('from', 'ann@x.example'), 300, 300],
  [keyword('from', 'm5@x.example'), 0, 0],
  [keyword('mid', 'm5@x.example'), 1, 1],
  [and(word('common'), keyword('mid', 'm5@x.example')), 1, 2],
  [and(word('common'), keyword('mid', 'm5@x.example'), range('size', 5, 5)), 1, 3],
  [{ kind: 'keyword-prefix', field: 'mid', prefix: 'm11' }, 111, 111],
  [or(word('rare'), keyword('mid', 'm5@x.example')), 13, 13],
  [and(word('rare'), range('received', 100, null)), 11, 24],
  [range('date', 3, 3), 100, 100],
  [and(range('date', 3, 3), word('common')), 100, 200],
  [and(range('date', 3, 3), word('rare')), 1, 24],
  [range('date', 99, null), 0, 0],
  [range('score', 300, null), 3, 3],
  [range('nothing', null, null), 0, 0],
  [and(range('score', null, null), word('common')), 4, 8],
  [not(word('rare')), 1188, 12],
  [{ kind: 'all' }, 1200, 1200],
  [and({ kind: 'none' }, word('common')), 0, 0],
];

describe('looks at what its index names, and at nothing else', () => {
  it.each(BOUNDS.map((row) => [JSON.stringify(row[0]), ...row] as const))(
    '%s',
    (_, condition, matches, examined) => {
      expect(countIndex(index, condition, ACCESS)).toBe(matches);
      expect(explainIndex(index, condition, ACCESS).examined).toBeLessThanOrEqual(examined);
    },
  );
});

it('explains what is asked, line by line', () => {
  const condition = or(
    and(word('common', 'rare'), not(keyword('from', 'ann@x.example'))),
    prefix('the', 'journal'),
    near(3, 'common', 'end'),
    range('date', 1, null),
    { kind: 'fuzzy', fields: ['own'], token: 'rara', edits: 1 },
    { kind: 'keyword-prefix', field: 'mid', prefix: 'm1' },
    { kind: 'archives', names: ['list'] },
  );
  expect(explainIndex(index, condition, ACCESS).given).toBe(
    [
      'or',
      '  and',
      '    words in subject, own, no-such-field: "common" then "rare"',
      '    not',
      '      keyword from: "ann@x.example"',
      '  words in subject, own, no-such-field: "the" then "journal"*',
      '  words in subject, own, no-such-field: "common" and "end" with at most 3 others between',
      '  number date: 1..',
      '  words in own: "rara"~1',
      '  keyword mid: "m1"*',
      '  archives: list',
    ].join('\n'),
  );
});

it('the best of many are those that sorting all would give, ties by id', () => {
  const condition = or(word('rare'), word('journal3'), word('even'));
  const page = (offset: number, limit: number) =>
    searchIndex(index, { condition, sort: 'relevance', offset, limit, after: null }, ACCESS).hits;
  const all = page(0, COUNT);
  expect(all).toHaveLength(720);
  const sorted = all.toSorted((a, b) => (b.score ?? 0) - (a.score ?? 0) || (a.id < b.id ? -1 : 1));
  expect(all).toEqual(sorted);
  for (const [offset, limit] of [
    [0, 1],
    [0, 20],
    [11, 5],
    [100, 50],
    [719, 5],
    [720, 5],
  ] as const) {
    expect(page(offset, limit), `${offset} ${limit}`).toEqual(all.slice(offset, offset + limit));
  }
});
