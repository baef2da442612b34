// `pnpm mutants`: takes the guards out one at a time, in a copy of the service, and demands that the named tests fail.
// A mutant that survives is a promise that nobody checks. `pnpm mutants claims` runs those of an area, `pnpm mutants token` those
// with the word in their name.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { mutantsNamed, mutated } from './mutants.mjs';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const SERVICE = 'apps/idempotency-api';

/** A copy of what the tests of the service need: its own files, and the way to everybody else's. */
function copyOfTheTree() {
  const copy = mkdtempSync(join(tmpdir(), 'idempotency-mutants-'));
  chmodSync(copy, 0o755);
  mkdirSync(join(copy, SERVICE), { recursive: true });
  for (const name of ['package.json', 'vitest.config.ts', 'tsconfig.base.json'])
    cpSync(join(ROOT, name), join(copy, name));
  for (const name of ['src', 'test', 'prisma', 'package.json', 'tsconfig.json'])
    cpSync(join(ROOT, SERVICE, name), join(copy, SERVICE, name), { recursive: true });
  // What tests start as a process is the built service, with all of its guards: it catches no mutant, and is missed where it is not.
  for (const name of [
    'node_modules',
    'packages',
    'docs',
    'scripts',
    `${SERVICE}/node_modules`,
    `${SERVICE}/dist`,
  ])
    symlinkSync(join(ROOT, name), join(copy, name));
  return copy;
}

/**
 * Whether the tests pass, and the names of those that failed. Throws where they did not run at all: that would look like
 * a mutant that was caught.
 * @param {string} copy
 * @param {string[]} tests
 */
function runTests(copy, tests) {
  const results = join(copy, 'results.json');
  rmSync(results, { force: true });
  const files = tests.map((file) => `${SERVICE}/test/${file}`);
  const { stdout, stderr } = spawnSync(
    'vitest',
    ['run', '--testTimeout=120000', '--hookTimeout=240000', ...files],
    {
      cwd: copy,
      encoding: 'utf8',
      env: { ...process.env, VITEST_RESULTS: results },
    },
  );
  /** @type {{testResults: {assertionResults: {status: string, title: string}[]}[]}} */
  let report;
  try {
    report = JSON.parse(readFileSync(results, 'utf8'));
  } catch (cause) {
    throw new Error(`the tests did not run:\n${stdout}\n${stderr}`, { cause });
  }
  const all = report.testResults.flatMap(({ assertionResults }) => assertionResults);
  if (all.length === 0) throw new Error(`no test was run:\n${stdout}\n${stderr}`);
  return all.filter(({ status }) => status === 'failed').map(({ title }) => title);
}

/**
 * The tests that fail in both of two runs: one that fails once may have met a busy machine, not the mutant.
 * @param {string} copy
 * @param {string[]} tests
 */
function failingAgain(copy, tests) {
  const first = runTests(copy, tests);
  const second = first.length > 0 ? runTests(copy, tests) : [];
  return first.filter((title) => second.includes(title));
}

const [word = ''] = process.argv.slice(2).filter((one) => one !== '--');
const chosen = mutantsNamed(word);
const copy = copyOfTheTree();
const survivors = [];
try {
  const healthy = runTests(copy, [...new Set(chosen.flatMap(({ tests }) => tests))]);
  if (healthy.length > 0) throw new Error(`these tests fail without any mutant: ${healthy.join('; ')}`);
  for (const mutant of chosen) {
    const { guard, file, tests } = mutant;
    const path = join(copy, SERVICE, 'src', file);
    const source = readFileSync(path, 'utf8');
    writeFileSync(path, mutated(source, mutant));
    const failed = failingAgain(copy, tests);
    writeFileSync(path, source);
    if (failed.length === 0) survivors.push(guard);
    console.log(`${failed.length > 0 ? 'caught  ' : 'SURVIVED'} ${guard}`);
    for (const title of failed) console.log(`           ${title}`);
  }
} finally {
  rmSync(copy, { recursive: true, force: true });
}
console.log(`${chosen.length - survivors.length} of ${chosen.length} mutants caught`);
process.exitCode = survivors.length > 0 ? 1 : 0;
