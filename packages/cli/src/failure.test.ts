import { HayrickError } from '@hayrick/core/settings';
import { expect, it } from 'vitest';
import { failureOf, stackOf } from './failure.ts';
import { ClosedPipeError } from './io.ts';

it.each<[unknown, boolean, number, RegExp | null]>([
  [new HayrickError('ARCHIVE_UNKNOWN', 'No archive "x".'), false, 2, /^No archive "x"\.$/u],
  [new HayrickError('MESSAGE_UNKNOWN', 'No message "x".'), false, 1, /^No message/u],
  [new HayrickError('SOURCE_CHANGED', 'source changed'), false, 3, /^source changed$/u],
  [new DOMException('Interrupted', 'AbortError'), true, 130, /^Interrupted\. What was committed stays/u],
  [new ClosedPipeError(), false, 0, null],
  [
    new TypeError('x is no function\nsecond line'),
    false,
    3,
    /unexpected.*\(TypeError: x is no function\).*--traceback/u,
  ],
  [
    Object.assign(new Error("EACCES: permission denied, mkdir '/x'"), { code: 'EACCES', syscall: 'mkdir' }),
    false,
    3,
    /^The system refused: EACCES: permission denied, mkdir '\/x'\./u,
  ],
  ['thrown', false, 3, /\(thrown\)/u],
])('%s', (error, interrupted, status, text) => {
  const failure = failureOf(error, 'hayrick', interrupted);
  expect(failure.status).toBe(status);
  if (text === null) expect(failure.text).toBeNull();
  else expect(failure.text).toMatch(text);
});

it('tells causes with the stack', () => {
  const error = new HayrickError('ENGINE_FAILED', 'outer', { cause: new Error('inner') });
  expect(stackOf(error)).toMatch(/outer[\s\S]*caused by: Error: inner/u);
});

const { nodeProblem }: { nodeProblem(version: string): string | null } = await import(
  new URL('../bin/node-version.js', import.meta.url).href
);

it.each([
  ['20.20.2', 'Hayrick needs Node.js 24 or newer; this is v20.20.2.'],
  ['24.0.0', null],
  ['26.1.0', null],
])('Node %s: %s', (version, expected) => expect(nodeProblem(version)).toBe(expected));
