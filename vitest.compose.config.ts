import { defineConfig } from 'vitest/config';

// The composed service, for real: needs a container engine, and only that. Run by `pnpm test:compose`.
export default defineConfig({
  test: {
    include: ['apps/*/test/compose/*.smoke.ts'],
    pool: 'forks',
    // They share the engine, the ports and the one project: what one stops, another would miss.
    fileParallelism: false,
    // Containers stop, start, and build.
    testTimeout: 120_000,
    hookTimeout: 420_000,
    expect: { requireAssertions: true },
    allowOnly: process.env.CI === undefined,
  },
});
