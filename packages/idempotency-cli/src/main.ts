#!/usr/bin/env node
import { readFileSync } from 'node:fs';
import { CommanderError } from 'commander';
import { failureFrom } from './client-failures.js';
import { Failure } from './failure.js';
import { createProgram } from './program.js';

// A reader that went away (`idem list | head`) is no failure of ours, and no reason to end a command that runs.
process.stdout.on('error', () => undefined);
process.stderr.on('error', () => undefined);

const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  version: string;
};
const words = process.argv.slice(2);

try {
  await createProgram(version).parseAsync(words, { from: 'user' });
} catch (error) {
  const failure = error instanceof CommanderError ? usageFailure(error) : failureFrom(error);
  if (failure) {
    process.stderr.write(`${asksForJson() ? failure.toJson() : failure.toLine()}\n`);
    process.exitCode = failure.exitCode;
  }
}

/** Undefined where help or the version was asked for. */
function usageFailure(error: CommanderError): Failure | undefined {
  return error.exitCode === 0 ? undefined : new Failure('USAGE', error.message.replace(/^error: /u, ''));
}

/** Read from the words, as the error may be one of reading them. What comes after `--` is somebody else's. */
function asksForJson(): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end === -1 ? undefined : end).includes('--json');
}
