import { defineConfig } from 'vitest/config';

const conditions = ['hayrick-src'];

// One config: unit tests lie beside the code, everything that crosses packages in test/.
export default defineConfig({
  resolve: { conditions },
  ssr: { resolve: { conditions, externalConditions: conditions } },
  // What is run once before all tests is read from the sources too, built or not.
  environments: { __vitest__: { resolve: { conditions, externalConditions: conditions } } },
  test: {
    include: ['packages/**/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['**/node_modules/**', '**/dist/**'],
    testTimeout: 120_000,
    hookTimeout: 300_000,
    globalSetup: ['test/seed/set-up.ts', 'test/elasticsearch/shared-servers.ts'],
    setupFiles: ['test/seed/seeded-laws.ts'],
    pool: 'forks',
    // The second: test/from-sources.ts.
    execArgv: ['--conditions=hayrick-src', '--wasm-wrapper-tiering-budget=2147483647'],
    reporters: ['default', './test/reporter/count-line.ts'],
  },
});
