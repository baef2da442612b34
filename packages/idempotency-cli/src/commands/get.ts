import type { IdempotencyRecord } from '@infra-services/idempotency-contract';
import type { RecordNotFoundError } from '@infra-services/idempotency-client';
import type { Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { defined } from '../defined.js';
import { Failure } from '../failure.js';
import { printFacts, printJson, type Cell } from '../printing.js';
import { parseDuration } from '../units.js';

interface GetOptions extends ConnectionOptions, NamespaceOption {
  readonly wait?: number;
}

/** `idem get`: one record. */
export function addGetCommand(program: Command): void {
  const command = program.command('get').description('show a record').addArgument(keyArgument());
  addNamespaceOption(command).option(
    '--wait <duration>',
    'wait for the execution in flight to end, 30s at the most',
    parseDuration,
  );
  addConnectionOptions(command).action(async (key: string, options: GetOptions) => {
    const { namespace, wait } = options;
    const record = await connect(options).get({ namespace, key }, defined({ waitMs: wait }));
    if (!record)
      throw new Failure('NOT_FOUND', `There is no record ${key} in ${namespace}`, RECORD_NOT_FOUND);
    printRecord(record, options);
  });
}

/** What `RecordNotFoundError` would say: the client answers null instead. */
const RECORD_NOT_FOUND = { problem: 'RECORD_NOT_FOUND' satisfies RecordNotFoundError['code'] };

/** A record as the contract has it, or as one fact a line. */
export function printRecord(record: IdempotencyRecord, { json = false }: { readonly json?: boolean }): void {
  if (json) printJson(record);
  else printFacts(Object.entries(record).map(([name, value]) => [name, cellOf(value)]));
}

function cellOf(value: unknown): Cell {
  if (value === null || typeof value === 'string' || typeof value === 'number') return value;
  return JSON.stringify(value);
}
