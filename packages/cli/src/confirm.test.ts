import { expect, it } from 'vitest';
import { memoryIo } from '../testing/memory-io.ts';
import { confirm } from './confirm.ts';
import { makeContext } from './context.ts';

const FLAGS = { modulepath: [], verbosity: 1, color: true, traceback: false } as const;

it.each([
  ['y', 'yes'],
  [' YES ', 'yes'],
  ['n', 'no'],
  ['yet', 'no'],
  ['', 'no'],
])('%j piped in is %s', async (line, expected) => {
  const io = memoryIo([], { line });
  expect(await confirm(makeContext(io, FLAGS), 'Really?')).toBe(expected);
  expect(io.err()).toContain('Really? [y/N]');
  expect(io.out()).toBe('');
});

it.each([
  [true, 'yes'],
  [false, 'no'],
  [null, 'interrupted'],
])('%s at the terminal is %s', async (answer, expected) => {
  const io = memoryIo([], { terminal: true, answer });
  expect(await confirm(makeContext(io, FLAGS), 'Really?')).toBe(expected);
  expect(io.asked).toEqual(['Really?']);
});

it('is refused where nobody answers', async () => {
  await expect(confirm(makeContext(memoryIo([]), FLAGS), 'Really?')).rejects.toMatchObject({
    code: 'CONFIRMATION_NEEDED',
    message: expect.stringContaining('--noinput'),
  });
});
