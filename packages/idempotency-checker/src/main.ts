#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError } from 'commander';
import { checkFiles } from './check-files.js';
import { describeReport, exitCodeOf } from './report.js';
import { runAndCheck } from './run-and-check.js';

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};

/** The exit code where the checker itself failed: nothing is known. */
const FAILED = 3;

const program = new Command('idem-check')
  .description('Check histories of an Idempotency API. Exits 0: holds; 1: violated; 2: undecided; 3: failed.')
  .version(version);

program
  .command('history', { isDefault: true })
  .description('check a history that was recorded')
  .argument('<files...>', 'JSON lines of one run')
  .action(async (files: string[]) => {
    const report = await checkFiles(files);
    process.stdout.write(`${describeReport(report)}\n`);
    process.exitCode = exitCodeOf(report);
  });

program
  .command('run')
  .description('make a workload, run it against a deployment, and check what it answered')
  .requiredOption('--url <url>', 'where the service is')
  .option('--seed <n>', 'the choices of the workload', wholeNumber, 1)
  .option('--operations <n>', 'calls to make', wholeNumber, 10_000)
  .option('--callers <n>', 'callers at once', wholeNumber, 50)
  .option('--out <file>', 'where the history goes', 'history.jsonl')
  .addHelpText('after', '\nIDEMPOTENCY_TOKEN: sent as bearer token where it is set.')
  .action(
    async (options: { url: string; seed: number; operations: number; callers: number; out: string }) => {
      const report = await runAndCheck({ ...options, token: process.env.IDEMPOTENCY_TOKEN });
      process.stdout.write(`${describeReport(report)}\n`);
      process.exitCode = exitCodeOf(report);
    },
  );

try {
  await program.parseAsync();
} catch (error) {
  process.stderr.write(`idem-check: ${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = FAILED;
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isSafeInteger(number) || number < 0) throw new InvalidArgumentError('not a whole number');
  return number;
}
