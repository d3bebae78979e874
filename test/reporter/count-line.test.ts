import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const fixture = fileURLToPath(new URL('./fixture/', import.meta.url));

function lastLines(...filter: string[]): {
  readonly status: number | null;
  readonly lines: readonly string[];
} {
  const run = spawnSync(process.execPath, [vitest, 'run', '--root', fixture, ...filter], {
    encoding: 'utf8',
  });
  const lines = run.stdout.trimEnd().split('\n');
  const first = lines.findIndex((line) => line.startsWith('FAIL '));
  return { status: run.status, lines: lines.slice(first) };
}

it('ends a run with what failed, and the number of tests that passed, failed and were skipped', () => {
  // Failed: one test, one suite whose set-up threw. That suite's test never ran.
  expect(lastLines('mixed')).toEqual({
    status: 1,
    lines: [
      'FAIL mixed.case.ts a suite whose set-up fails: no set-up',
      'FAIL mixed.case.ts fails: expected 1 to be 2 // Object.is equality',
      '3 passed, 2 failed, 3 skipped',
    ],
  });
});

it('counts a file that does not load as failed', () => {
  expect(lastLines('broken')).toEqual({
    status: 1,
    lines: ['FAIL broken.case.ts: this file does not load', '0 passed, 1 failed'],
  });
});
