import type { Condition } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import type { Dsl } from './compile.ts';
import { countCandidates } from './examined.ts';

const word = (token: string): Condition => ({
  kind: 'phrase',
  fields: ['own'],
  items: [{ kind: 'token', token }],
});
const of = (kind: 'and' | 'or', ...parts: Condition[]): Condition => ({ kind, of: parts });

/** 1,000 documents; `rare` stands in 3, `common` in 600, both of them in 2. */
async function count(query: Dsl): Promise<number> {
  const text = JSON.stringify(query);
  if (text.includes('rare') && text.includes('common')) return 2;
  if (text.includes('rare')) return 3;
  return text.includes('common') ? 600 : 1000;
}

it.each<[string, Condition, number]>([
  ['everything', { kind: 'all' }, 1000],
  ['nothing', { kind: 'none' }, 0],
  ['a word', word('rare'), 3],
  ['both: the rarest leads', of('and', word('common'), word('rare')), 3],
  ['either: both are gone through', of('or', word('common'), word('rare')), 603],
  [
    'a not beside a word is looked up in passing',
    of('and', word('rare'), { kind: 'not', of: word('common') }),
    3,
  ],
  ['a not alone', { kind: 'not', of: word('rare') }, 1000],
  ['an and of nots', of('and', { kind: 'not', of: word('rare') }), 1000],
  [
    'a phrase: what holds all its words',
    {
      kind: 'phrase',
      fields: ['own'],
      items: [
        { kind: 'token', token: 'rare' },
        { kind: 'token', token: 'common' },
      ],
    },
    2,
  ],
  ['words near each other', { kind: 'near', fields: ['own'], tokens: ['rare', 'common'], distance: 3 }, 2],
])('%s', async (_, condition, expected) => {
  expect(await countCandidates(condition, { dates: new Set(), ranked: false }, count)).toBe(expected);
});
