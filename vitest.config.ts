import { defineConfig } from 'vitest/config';
import { LongestFirst } from './scripts/ci/longest-first.ts';

// What CI reads its closing line from (scripts/ci/test-results.mjs); the default lies in an ignored folder.
const resultsFile = process.env.VITEST_RESULTS ?? '.turbo/test-results.json';

export default defineConfig({
  test: {
    include: [
      'apps/*/test/**/*.test.ts',
      'packages/*/test/**/*.test.ts',
      'examples/*/test/**/*.test.ts',
      'chaos/test/**/*.test.ts',
      'scripts/**/*.test.ts',
    ],

    globalSetup: ['./apps/idempotency-api/test/support/global-setup.ts'],

    // Processes and not threads: tests here stub the environment and send signals. Files share them, as loading the service
    // anew for each of 200 files takes a quarter of the time; what a test leaves behind in its process is its own fault.
    pool: 'forks',
    isolate: false,
    // Every worker keeps a database busy too; more of them than this only wait for one another.
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },

    // A test waits for PostgreSQL, never for a clock; far above what one needs, far below anybody's patience.
    testTimeout: 20_000,
    // Hooks may start a server, or clone a database while the other worker does the same.
    hookTimeout: 60_000,

    // A test that asserts nothing proves nothing, and one `.only` would silence all others.
    // What is polled for comes late on a busy machine, and a test that fails may take its time.
    expect: { requireAssertions: true, poll: { timeout: 15_000 } },
    allowOnly: process.env.CI === undefined,
    restoreMocks: true,
    unstubEnvs: true,

    reporters: ['default', 'json'],
    outputFile: { json: resultsFile },
  },
});
