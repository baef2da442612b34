import type { ReleaseEffect } from '@infra-services/idempotency-contract';
import { Option, type Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { defined } from '../defined.js';
import { printFacts, printJson } from '../printing.js';

interface ReleaseOptions extends ConnectionOptions, NamespaceOption {
  readonly claimToken: string;
  readonly effect: ReleaseEffect;
  readonly reason?: string;
}

/** `idem release`: let go of a claim without an outcome. */
export function addReleaseCommand(program: Command): void {
  const command = program
    .command('release')
    .description('let go of a claim without an outcome')
    .addArgument(keyArgument())
    .requiredOption('--claim-token <uuid>', 'proof that the claim is yours')
    .addOption(
      new Option('--effect <effect>', 'none: nothing happened; unknown: it may have')
        .choices(['none', 'unknown'])
        .makeOptionMandatory(),
    )
    .option('--reason <text>', 'for the audit trail');
  addConnectionOptions(addNamespaceOption(command)).action(async (key: string, options: ReleaseOptions) => {
    const { namespace, claimToken, effect, reason, json } = options;
    const request = { claimToken, effect, ...defined({ reason }) };
    const released = await connect(options).release({ namespace, key }, request);
    if (json) printJson(released);
    else printFacts([['state', released.state]]);
  });
}
