import type { Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { defined } from '../defined.js';
import { Failure } from '../failure.js';
import { addOutcomeOptions, outcomeOf, type OutcomeOptions } from '../outcome-options.js';
import { parseDuration } from '../units.js';
import { printRecord } from './get.js';

interface CompleteOptions extends ConnectionOptions, NamespaceOption, OutcomeOptions {
  readonly claimToken: string;
  readonly retention?: number;
}

/** `idem complete`: store the outcome of a claim. */
export function addCompleteCommand(program: Command): void {
  const command = program
    .command('complete')
    .description('store the outcome of a claim')
    .addArgument(keyArgument())
    .requiredOption('--claim-token <uuid>', 'proof that the claim is yours')
    .option('--retention <duration>', 'replay the outcome for so long from now', parseDuration);
  addConnectionOptions(addOutcomeOptions(addNamespaceOption(command))).action(
    async (key: string, options: CompleteOptions) => {
      const { namespace, claimToken, retention } = options;
      const outcome = await outcomeOf(options);
      if (!outcome) throw new Failure('USAGE', 'Give --exit-code or --outcome');
      const request = { claimToken, outcome, ...defined({ retentionMs: retention }) };
      printRecord(await connect(options).complete({ namespace, key }, request), options);
    },
  );
}
