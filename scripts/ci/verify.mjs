// `pnpm verify`: all of CI in one command, with VERIFY_COMPOSE=true what needs a container engine, too. Runs the steps of a stage
// in order, two lanes beside each other where they touch different files, and stops at the first step that fails, naming it.
// Each step is a script of the root package.json, so that `pnpm <step>` repeats it alone.

import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { memoryFolder } from './memory-folder.mjs';
import { forgetTestResults, readTestResults } from './test-results.mjs';

/**
 * A stage is lanes of steps; the next stage begins when all of them have passed. Cheap answers first. Steps by turbo
 * share a lane with what reads what they make. Nothing runs beside the tests: they take both cores.
 *
 * @type {string[][][]}
 */
const STAGES = [
  [
    ['build', 'typecheck', 'docs:check', 'packages:check', 'lint', 'layers', 'deadcode'],
    ['format:check', 'lockfile', 'supply-chain', 'model'],
  ],
  [['test']],
  // Both of the last lanes wait more than they work. A machine without a container engine has no use for the other one.
  [['test:chaos', 'bench:check'], ...(process.env.VERIFY_COMPOSE === 'true' ? [['compose']] : [])],
];

/** @type {Set<import('node:child_process').ChildProcess>} */
const running = new Set();

// Asked for here, so that a step alone is the same on the disk.
const folder = memoryFolder();
// Hundreds of processes of tests compile the same code: a sixth of what it takes to start the service.
const inMemory =
  folder === undefined ? {} : { TMPDIR: folder, NODE_COMPILE_CACHE: path.join(folder, 'compiled') };
console.log(`verify: temporary files ${folder === undefined ? 'on the disk' : `in ${folder}`}`);
let hasFailed = false;
process.on('exit', () => {
  // What a failure has left there is what it is found out from.
  if (folder !== undefined && !hasFailed) rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});
for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, () => {
    for (const child of running) child.kill();
    process.exit(1);
  });
}

/** @param {string[]} lane */
async function inOrder(lane) {
  for (const step of lane) {
    await run(step);
  }
}

/**
 * What a step prints is shown when it ends, so that two of them can be told apart; a step that has the stage to itself
 * shows it at once.
 *
 * @param {string} step
 */
async function run(step) {
  const isAlone = STAGES.some((lanes) => lanes.length === 1 && lanes[0]?.includes(step));
  if (isAlone) console.log(`\n── ${step}`);
  const startedAt = performance.now();
  // The answer here is CI's answer: `.only` is refused, and a missing service fails rather than being worked around.
  const child = spawn('pnpm', ['run', step], {
    stdio: isAlone ? 'inherit' : ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, CI: 'true', ...inMemory },
  });
  running.add(child);
  /** @type {Buffer[]} */
  const printed = [];
  child.stdout?.on('data', (/** @type {Buffer} */ chunk) => printed.push(chunk));
  child.stderr?.on('data', (/** @type {Buffer} */ chunk) => printed.push(chunk));
  /** @type {string | undefined} */
  const failure = await new Promise((resolve) => {
    child.once('error', () => {
      resolve('verify needs pnpm on the path: run it as `npx --yes pnpm verify`');
    });
    child.once('close', (code, signal) => {
      resolve(code === 0 ? undefined : (signal ?? `exit code ${code}`));
    });
  });
  running.delete(child);
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  if (!isAlone) process.stdout.write(`\n── ${step}\n${Buffer.concat(printed).toString()}`);
  if (failure !== undefined) stop(step, `${failure} after ${seconds} s`);
  console.log(`── ${step}: ${seconds} s`);
}

/**
 * @param {string} step
 * @param {string} reason
 */
function stop(step, reason) {
  hasFailed = true;
  console.error(`\nverify: ${step} failed (${reason}). Repeat it alone with: npx --yes pnpm ${step}`);
  for (const child of running) child.kill();
  process.exit(1);
}

forgetTestResults();
for (const lanes of STAGES) await Promise.all(lanes.map(inOrder));

const results = readTestResults();
if (!results) stop('test', 'vitest left no report');
else if (results.notRun.length > 0) {
  // A skipped test is a promise that nobody checks; here it would pass for one that is kept.
  stop('test', `these tests were skipped:\n  ${results.notRun.join('\n  ')}\n`);
}
console.log(`\nverify: all ${STAGES.flat(2).length} steps passed`);
