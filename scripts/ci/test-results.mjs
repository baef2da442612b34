// What vitest's JSON report says about a run. As a program it prints CI's closing line, `N passed, N failed`:
//
//     node scripts/ci/test-results.mjs <exit code of the run>
//
// It needs no package and runs on any supported Node, so that it can still speak where installing has failed.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * @typedef {{ passed: number, failed: number, notRun: string[] }} TestResults `notRun` names the skipped and the todo
 * @typedef {{ status: string, fullName: string }} Assertion
 * @typedef {{ name: string, status: string, assertionResults: Assertion[] }} TestFile
 */

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Where vitest.config.ts puts its report. */
export const RESULTS_FILE = path.resolve(root, process.env.VITEST_RESULTS ?? '.turbo/test-results.json');

/** An earlier run's report must not speak for this one. */
export function forgetTestResults(file = RESULTS_FILE) {
  rmSync(file, { force: true });
}

/** @returns {TestResults | undefined} undefined if no test has run */
export function readTestResults(file = RESULTS_FILE) {
  if (!existsSync(file)) return undefined;
  return countTests(JSON.parse(readFileSync(file, 'utf8')).testResults);
}

/**
 * @param {TestFile[]} files
 * @returns {TestResults}
 */
export function countTests(files) {
  const tests = files.flatMap((file) => file.assertionResults.map((test) => ({ ...test, file: file.name })));
  const failedTests = tests.filter((test) => test.status === 'failed').length;
  // A file that cannot be loaded, or whose hook throws, fails without a failed test in it: it counts as one.
  const failedFiles = files.filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length;
  return {
    passed: tests.filter((test) => test.status === 'passed').length,
    failed: failedTests + failedFiles,
    notRun: tests
      .filter((test) => test.status !== 'passed' && test.status !== 'failed')
      .map((test) => `${path.relative(root, test.file)}: ${test.fullName} (${test.status})`),
  };
}

/**
 * A run that failed has at least one failure, even where the tests that ran have none: a step before them failed, a
 * test was skipped, or an error escaped every test.
 *
 * @param {TestResults | undefined} results
 * @param {number} exitCode
 */
export function closingLine(results, exitCode) {
  const { passed, failed } = results ?? { passed: 0, failed: 0 };
  return `${passed} passed, ${exitCode === 0 ? failed : Math.max(failed, 1)} failed`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  let results;
  try {
    results = readTestResults();
  } catch (error) {
    console.error(`${RESULTS_FILE} is not vitest's report:`, error);
  }
  console.log(closingLine(results, Number(process.argv[2] ?? 0)));
}
