import type { Change, Document } from '@hayrick/core/backend';
import { expect, it } from 'vitest';
import { planBatch } from './batch.ts';

const document = (id: string, date: number): Document => ({
  id,
  archives: ['list'],
  date,
  received: date,
  size: 1,
  text: {},
  keywords: {},
  numbers: {},
});
const put = (id: string, date = 1): Change => ({
  kind: 'put',
  seq: 1,
  document: document(id, date),
  rank: null,
});
const remove = (id: string): Change => ({ kind: 'remove', seq: 1, id });

/** Of an index that knows a and b. */
it.each<[string, Change[], string[], string[], [added: number, updated: number, removed: number]]>([
  ['nothing', [], [], [], [0, 0, 0]],
  ['a new one', [put('n')], ['n1'], [], [1, 0, 0]],
  ['a known one', [put('a', 2)], ['a2'], [], [0, 1, 0]],
  ['the same twice', [put('n'), put('n', 2)], ['n2'], [], [1, 1, 0]],
  ['one that goes', [remove('a')], [], ['a'], [0, 0, 1]],
  ['one that is not there', [remove('n')], [], [], [0, 0, 0]],
  ['one that goes twice', [remove('a'), remove('a')], [], ['a'], [0, 0, 1]],
  ['one that comes and goes', [put('n'), remove('n')], [], [], [1, 0, 1]],
  ['one that goes and comes', [remove('a'), put('a', 2)], ['a2'], [], [1, 0, 1]],
  [
    'all at once',
    [put('n'), remove('a'), put('b', 3), remove('n'), put('a', 4)],
    ['b3', 'a4'],
    [],
    [2, 1, 2],
  ],
])('%s', (_, changes, puts, removes, [added, updated, removed]) => {
  const { batch, outcome, growth } = planBatch(changes, (id) => id === 'a' || id === 'b');
  expect(batch.put.map(({ id, date }) => `${id}${date}`).toSorted()).toEqual(puts.toSorted());
  expect(batch.remove).toEqual(removes);
  expect(outcome).toEqual({ added, updated, removed, refused: [] });
  expect(growth).toBe(added - removed);
});
