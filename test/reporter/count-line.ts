import type { Reporter, TestModule } from 'vitest/node';

interface Counts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/**
 * Ends a test run with one line for programs: `N passed, N failed`, and `, N skipped` where there are any (todo included).
 * A file or suite that fails outside its tests, a test that never ended and an unhandled error count as failed.
 */
export default class CountLine implements Reporter {
  #line = '';

  onInit(): void {
    // Whatever other reporters and the closing of workers print comes before it.
    process.once('exit', () => {
      if (this.#line !== '') process.stdout.write(`${this.#line}\n`);
    });
  }

  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    this.#line = countLine(modules, unhandledErrors.length);
  }
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
