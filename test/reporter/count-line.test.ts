import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const fixture = fileURLToPath(new URL('./fixture/', import.meta.url));

function lastLine(...filter: string[]): {
  readonly status: number | null;
  readonly line: string | undefined;
} {
  const run = spawnSync(process.execPath, [vitest, 'run', '--root', fixture, ...filter], {
    encoding: 'utf8',
  });
  return { status: run.status, line: run.stdout.trimEnd().split('\n').at(-1) };
}

it('ends a run with the number of tests that passed, failed and were skipped', () => {
  // Failed: one test, one suite whose set-up threw. That suite's test never ran.
  expect(lastLine('mixed')).toEqual({ status: 1, line: '3 passed, 2 failed, 3 skipped' });
});

it('counts a file that does not load as failed', () => {
  expect(lastLine('broken')).toEqual({ status: 1, line: '0 passed, 1 failed' });
});
