import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import type { Outcome } from '@infra-services/idempotency-contract';
import type { Command } from 'commander';
import { Failure } from './failure.js';
import { resultWithoutOutput, toOutcome } from './run/command-outcome.js';
import { parseInteger } from './units.js';

/** Says what the outcome of an operation was. */
export interface OutcomeOptions {
  readonly exitCode?: number;
  readonly outcome?: string;
}

export function addOutcomeOptions(command: Command): Command {
  return command
    .option(
      '--exit-code <code>',
      'the outcome of an `idem run`: what the command ended with',
      parseInteger(0, 255),
    )
    .option('--outcome <json>', 'the outcome of any other operation; @file reads a file, - reads stdin');
}

/** The outcome that the options give; undefined where they give none. */
export async function outcomeOf({ exitCode, outcome }: OutcomeOptions): Promise<Outcome | undefined> {
  if (exitCode !== undefined && outcome !== undefined) {
    throw new Failure('USAGE', 'Give either --exit-code or --outcome');
  }
  if (exitCode !== undefined) return toOutcome(resultWithoutOutput(exitCode));
  // What an outcome may be is for the service to say: it validates by the same contract and names each wrong field.
  return outcome === undefined ? undefined : ((await readJson('--outcome', outcome)) as Outcome);
}

/** JSON from an argument: the text itself, `@file`, or `-` for stdin. */
export async function readJson(option: string, source: string): Promise<unknown> {
  try {
    return JSON.parse(await read(source));
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Failure('USAGE', `${option} cannot be read as JSON (${reason})`, { cause });
  }
}

function read(source: string): Promise<string> {
  if (source === '-') return text(process.stdin);
  return source.startsWith('@') ? readFile(source.slice(1), 'utf8') : Promise.resolve(source);
}
