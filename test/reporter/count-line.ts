import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Characters of a line that tells of a failure. */
const LINE = 400;

/**
 * Ends a test run with a line for each failure, so that whoever sees but the end knows them all, and one line for programs: `N passed, N failed`,
 * and `, N skipped` where there are any (todo included).
 * A file or suite that fails outside its tests, a test that never ended and an unhandled error count as failed.
 */
export default class CountLine implements Reporter {
  #lines: readonly string[] = [];

  onInit(): void {
    // Whatever other reporters and the closing of workers print comes before it.
    process.once('exit', () => {
      for (const line of this.#lines) process.stdout.write(`${line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const failures = modules.flatMap(failuresOf);
    const aside = unhandledErrors.map((error) => `FAIL outside of tests: ${firstLine(error)}`);
    this.#lines = [...failures, ...aside, countLine(modules, unhandledErrors.length)];
  }
}

function failuresOf(module: TestModule): readonly string[] {
  const told = (name: readonly string[], errors: readonly unknown[]): readonly string[] =>
    errors
      .slice(0, 1)
      .map((error) => `FAIL ${[module.relativeModuleId, ...name].join(' ')}: ${firstLine(error)}`);
  return [
    ...told([], module.errors()),
    ...[...module.children.allSuites()].flatMap((suite) => told([suite.fullName], suite.errors())),
    ...[...module.children.allTests('failed')].flatMap((test) =>
      told([test.fullName], test.result().errors ?? []),
    ),
  ];
}

function firstLine(error: unknown): string {
  const { message } = error as { readonly message?: unknown };
  const text = typeof message === 'string' ? message : String(error);
  return stripVTControlCharacters(text).replaceAll(/\s+/g, ' ').slice(0, LINE);
}

function countLine(modules: readonly TestModule[], unhandledErrors: number): string {
  const counts = modules.map(countModule);
  const passed = sum(counts.map((c) => c.passed));
  const failed = sum(counts.map((c) => c.failed)) + unhandledErrors;
  const skipped = sum(counts.map((c) => c.skipped));
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function countModule(module: TestModule): Counts {
  const states = [...module.children.allTests()].map((test) => test.result().state);
  const broken = [module, ...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
  return {
    passed: states.filter((state) => state === 'passed').length,
    failed: states.filter((state) => state === 'failed' || state === 'pending').length + broken.length,
    skipped: states.filter((state) => state === 'skipped').length,
  };
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, n) => total + n, 0);
}
