import { expect, it } from 'vitest';
import { baseSubject } from './base-subject.ts';

it.each([
  ['Hay', 'hay', false],
  ['Re: Hay', 'hay', true],
  ['RE[5]:  hay\t and\n straw ', 'hay and straw', true],
  ['re(2): Fwd: AW: Hay', 'hay', true],
  ['[list] Re: [list] Hay', 'hay', true],
  ['Hay (fwd)', 'hay', true],
  ['[list]', '[list]', false],
  ['Re: [list]', '[list]', true],
  ['[PATCH 1/2] Re-use: hay', 're-use: hay', false],
  ['Result: hay', 'result: hay', false],
  ['Re:', '', true],
  ['', '', false],
  ['Ｈay', 'ｈay', false],
])('%j is about %j', (subject, text, isReply) => {
  expect(baseSubject(subject)).toEqual({ text, isReply });
});

it('takes no longer than its length', () => {
  expect(baseSubject(`${'re: '.repeat(20_000)}hay`).text).toBe('hay');
  expect(baseSubject('['.repeat(100_000)).text).toHaveLength(100_000);
  expect(baseSubject(`${'[a] '.repeat(20_000)}hay`).text).toBe('hay');
});
