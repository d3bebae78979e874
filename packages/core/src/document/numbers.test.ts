import { expect, it } from 'vitest';
import { parseMessage } from '../message/index.ts';
import { createDocumentBuilder } from './build.ts';

const build = createDocumentBuilder([{ name: 'score', header: 'X-Score', kind: 'number' }]);

it.each([
  ['5.25 required', [5.25]],
  [' -3e2', [-300]],
  ['1e999', undefined],
  ['-1e999', undefined],
  ['high', undefined],
])('a declared number in X-Score: %s', (value, expected) => {
  const message = parseMessage(Buffer.from(`X-Score: ${value}\n\ntext\n`), ['x-score']);
  const { document } = build(message, { archives: ['a'], date: 1, received: 1, size: 1 });
  expect(document.numbers['score']).toEqual(expected);
});
