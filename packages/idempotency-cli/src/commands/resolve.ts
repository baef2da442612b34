import type { ResolveRequest } from '@infra-services/idempotency-contract';
import type { Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { defined } from '../defined.js';
import { Failure } from '../failure.js';
import { addOutcomeOptions, outcomeOf, type OutcomeOptions } from '../outcome-options.js';
import { printRecord } from './get.js';

interface ResolveOptions extends ConnectionOptions, NamespaceOption, OutcomeOptions {
  readonly completed?: boolean;
  readonly retry?: boolean;
  readonly note?: string;
}

/** `idem resolve`: the operator's answer to an unknown outcome. */
export function addResolveCommand(program: Command): void {
  const command = program
    .command('resolve')
    .description('settle an unknown outcome, after looking whether it happened')
    .addArgument(keyArgument())
    .option('--completed', 'it happened; with --exit-code or --outcome')
    .option('--retry', 'it did not happen: the next claim executes')
    .option('--note <text>', 'for the audit trail');
  addConnectionOptions(addOutcomeOptions(addNamespaceOption(command))).action(
    async (key: string, options: ResolveOptions) => {
      const request = await requestOf(options);
      const record = await connect(options).resolve({ namespace: options.namespace, key }, request);
      printRecord(record, options);
    },
  );
}

async function requestOf(options: ResolveOptions): Promise<ResolveRequest> {
  const { completed = false, retry = false, note } = options;
  const outcome = await outcomeOf(options);
  if (completed === retry) throw new Failure('USAGE', 'Give either --completed or --retry');
  if (retry && outcome) throw new Failure('USAGE', '--retry takes no outcome');
  if (retry) return { resolution: 'retry', ...defined({ note }) };
  if (!outcome) throw new Failure('USAGE', '--completed needs --exit-code or --outcome');
  return { resolution: 'completed', outcome, ...defined({ note }) };
}
