// `pnpm verify`: all of CI in one command. Runs the steps in order and stops at the first that fails, naming it.
// Each step is a script of the root package.json, so that `pnpm <step>` repeats it alone.

import { spawnSync } from 'node:child_process';
import { forgetTestResults, readTestResults } from './test-results.mjs';

// Cheap answers first, except that lint, layers and dead code read what `build` generates and publishes.
const STEPS = [
  'format:check',
  'lockfile',
  'supply-chain',
  'build',
  'lint',
  'typecheck',
  'layers',
  'deadcode',
  'docs:check',
  'packages:check',
  'model',
  'test',
  'test:chaos',
];

/** @param {string} step */
function run(step) {
  console.log(`\n── ${step}`);
  const startedAt = performance.now();
  // The answer here is CI's answer: `.only` is refused, and a missing service fails rather than being worked around.
  const { status, signal, error } = spawnSync('pnpm', ['run', step], {
    stdio: 'inherit',
    env: { ...process.env, CI: 'true' },
  });
  if (error)
    throw new Error('verify needs pnpm on the path: run it as `npx --yes pnpm verify`', { cause: error });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (status !== 0) stop(step, `${signal ?? `exit code ${status}`} after ${seconds} s`);
  console.log(`── ${step}: ${seconds} s`);
}

/**
 * @param {string} step
 * @param {string} reason
 */
function stop(step, reason) {
  console.error(`\nverify: ${step} failed (${reason}). Repeat it alone with: npx --yes pnpm ${step}`);
  process.exit(1);
}

forgetTestResults();
for (const step of STEPS) run(step);

const results = readTestResults();
if (!results) stop('test', 'vitest left no report');
else if (results.notRun.length > 0) {
  // A skipped test is a promise that nobody checks; here it would pass for one that is kept.
  stop('test', `these tests were skipped:\n  ${results.notRun.join('\n  ')}\n`);
}
console.log(`\nverify: all ${STEPS.length} steps passed`);
