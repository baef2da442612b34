// `pnpm model`: searches the whole state space of each model in docs/model/, and of each model with a guard taken out.
// A proof has to find nothing; a mutant has to violate the one property that its guard keeps.

import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { RUNS } from './runs.mjs';

const MODELS = path.resolve(import.meta.dirname, '../../docs/model');

/** Megabytes that one search may take. */
const MEMORY_LIMIT_MB = 1500;

/** Steps: deeper than any path that has been seen; a search that hits it fails. */
const MAX_DEPTH = 400_000;

const COMPILERS = ['cc', 'gcc', 'clang'];

const compiler = COMPILERS.find((name) => answers(name, '--version'));
if (!compiler || !answers('spin', '-V')) {
  console.error('model: needs spin and a C compiler (Debian: apt-get install spin gcc libc6-dev)');
  process.exit(process.env.CI ? 1 : 0);
}

let surprises = missingMutants();
for (const surprise of surprises) console.error(surprise);
for (const run of RUNS) {
  const startedAt = performance.now();
  const { found, states } = search(run);
  const isExpected = found === run.expected;
  if (!isExpected) surprises = [...surprises, run.flags];
  console.log(
    [
      isExpected ? 'ok' : 'NOT AS EXPECTED',
      run.model.padEnd(12),
      run.flags.padEnd(34),
      `expected ${run.expected}, found ${found}`.padEnd(74),
      `${states} states`.padStart(16),
      `${((performance.now() - startedAt) / 1000).toFixed(1)} s`,
    ].join('  '),
  );
}
process.exit(surprises.length > 0 ? 1 : 0);

/**
 * Guards that a model can do without, and that no run takes out.
 *
 * @returns {string[]}
 */
function missingMutants() {
  const flags = RUNS.flatMap((run) => run.flags.split(' ').map((flag) => `${run.model} ${flag}`));
  return [...new Set(RUNS.map((run) => run.model))].flatMap((model) => {
    const guards = [...sourceOf(model).matchAll(/^#ifn?def (NO_\w+)/gm)].map(
      (match) => `${model} -D${match[1]}`,
    );
    return [...new Set(guards)].filter((guard) => !flags.includes(guard)).map((guard) => `no run: ${guard}`);
  });
}

/**
 * @param {import('./runs.mjs').Run} run
 * @returns {{ found: string, states: string }}
 */
function search(run) {
  const folder = mkdtempSync(path.join(tmpdir(), 'model-'));
  try {
    const flags = run.flags === '' ? [] : run.flags.split(' ');
    execute('spin', ['-a', ...flags, path.join(MODELS, `${run.model}.pml`)], folder);
    // A mutant is found in no time; a proof takes longer than compiling it well.
    const options = [
      run.expected === 'none' ? '-O2' : '-O0',
      '-w',
      '-DSAFETY',
      '-DCOLLAPSE',
      `-DMEMLIM=${MEMORY_LIMIT_MB}`,
    ];
    execute(/** @type {string} */ (compiler), [...options, '-o', 'pan', 'pan.c'], folder);
    const output = execute('./pan', ['-E', '-n', `-m${MAX_DEPTH}`], folder);
    return { found: verdictOf(output, run.model), states: /(\d+) states, stored/.exec(output)?.[1] ?? '?' };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/**
 * The property that was violated, `none`, or why the search says nothing.
 *
 * @param {string} output
 * @param {string} model
 */
function verdictOf(output, model) {
  const violated = /assertion violated \(+violated!=(\d+)\)/.exec(output);
  if (violated) return propertiesOf(model).at(-Number(violated[1])) ?? 'a property without a name';
  const isWhole =
    output.includes('errors: 0') &&
    !/max search depth too small|out of memory|Search not completed/i.test(output);
  return isWhole ? 'none' : 'no whole search';
}

/**
 * The names in the model's first mtype; Spin numbers them from the last.
 *
 * @param {string} model
 */
function propertiesOf(model) {
  const names = /^mtype = \{([^}]*)\}/m.exec(sourceOf(model))?.[1] ?? '';
  return names.split(',').map((name) => name.trim());
}

/** @param {string} model */
function sourceOf(model) {
  return readFileSync(path.join(MODELS, `${model}.pml`), 'utf8');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @param {string} cwd
 */
function execute(command, args, cwd) {
  const { stdout, stderr, error } = spawnSync(command, args, { cwd, encoding: 'utf8' });
  if (error) throw error;
  return stdout + stderr;
}

/**
 * @param {string} command
 * @param {string} question
 */
function answers(command, question) {
  return spawnSync(command, [question]).error === undefined;
}
