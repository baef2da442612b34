import { IdempotencyClient } from '@infra-services/idempotency-client';
import { schemas } from '@infra-services/idempotency-contract';
import { Argument, InvalidArgumentError, Option, type Command } from 'commander';
import { defined } from './defined.js';
import { Failure } from './failure.js';
import { parseDuration } from './units.js';

/** What every command that calls the service takes. */
export interface ConnectionOptions {
  readonly url: string;
  readonly token?: string;
  readonly timeout: number;
  readonly retryFor: number;
  readonly json?: boolean;
}

/** Names the record that a command is about. */
export interface NamespaceOption {
  readonly namespace: string;
}

export function addConnectionOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--url <url>', 'where the service is')
        .env('IDEMPOTENCY_URL')
        .default('http://127.0.0.1:3000'),
    )
    .addOption(
      new Option('--token <token>', 'API token; the variable keeps it out of process lists').env(
        'IDEMPOTENCY_TOKEN',
      ),
    )
    .option('--timeout <duration>', 'wait for one answer', parseDuration, 5_000)
    .option('--retry-for <duration>', 'repeat a call that gets no answer for so long', parseDuration, 10_000)
    .option('--json', 'output and errors as JSON');
}

export function addNamespaceOption(command: Command): Command {
  return command.option('-n, --namespace <namespace>', 'scope of the key', parseNamespace, 'default');
}

/** The record's key as an argument. */
export function keyArgument(): Argument {
  return new Argument('<key>', 'the key, 1–255 printable ASCII characters').argParser(parseKey);
}

/** The client of the options. Attempts are bounded by time alone, as a person who waits counts seconds. */
export function connect(options: ConnectionOptions): IdempotencyClient {
  if (!URL.canParse(options.url)) throw new Failure('USAGE', `--url is not a URL: ${options.url}`);
  return new IdempotencyClient({
    baseUrl: options.url,
    timeoutMs: options.timeout,
    retry: { maxElapsedMs: options.retryFor, maxAttempts: Number.MAX_SAFE_INTEGER },
    // An empty variable means no token, as it does for most programs.
    ...defined({ token: options.token === '' ? undefined : options.token }),
  });
}

const { key, namespace } = schemas.RecordPath.properties;

/** As the contract has it, so that a slip is told before anything is sent. */
export const parseKey = fieldParser(key, 'It must be 1–255 printable ASCII characters, and not "." or "..".');
export const parseNamespace = fieldParser(
  namespace,
  'It must be 1–128 of A-Z a-z 0-9 . _ : -, and not "." or "..".',
);

/** A parser of options that are what a schema of the contract says. `expected` tells people so. */
export function fieldParser(
  field: { pattern: string; maxLength: number },
  expected: string,
): (text: string) => string {
  const pattern = new RegExp(field.pattern, 'u');
  return (text) => {
    if (pattern.test(text) && text.length <= field.maxLength) return text;
    throw new InvalidArgumentError(expected);
  };
}
