import type { ClaimRequest, JsonValue } from '@infra-services/idempotency-contract';
import { Option, type Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, keyArgument } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { defined } from '../defined.js';
import { exitCodes } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { readJson } from '../outcome-options.js';
import { printFacts, printJson } from '../printing.js';
import { parseDuration } from '../units.js';

interface ClaimOptions extends ConnectionOptions, NamespaceOption {
  readonly request?: string;
  readonly fingerprint?: string;
  readonly claimToken?: string;
  readonly lease?: number;
  readonly retention?: number;
  readonly onLeaseExpiry?: ClaimRequest['onLeaseExpiry'];
  readonly wait?: number;
  readonly owner?: string;
}

/** `idem claim`: may I execute? Exit code 0 says yes and nothing else does, so that `idem claim … && …` is safe. */
export function addClaimCommand(program: Command): void {
  const command = program
    .command('claim')
    .description('claim a key: 0 means execute, anything else means do not')
    .addArgument(keyArgument());
  addNamespaceOption(command)
    .option('--request <json>', 'what the key stands for; @file reads a file, - reads stdin')
    .option('--fingerprint <digest>', 'your own digest of the request')
    .option('--claim-token <uuid>', 'to ask again for the same claim')
    .option('--lease <duration>', 'presumed gone after so long without a renewal', parseDuration)
    .option('--retention <duration>', 'replay the outcome for so long', parseDuration)
    .addOption(
      new Option('--on-lease-expiry <policy>', 'what a lease that ends leaves').choices([
        'block',
        'takeover',
      ]),
    )
    .option('--wait <duration>', 'wait for an execution in flight to end, 30s at the most', parseDuration)
    .option('--owner <text>', 'who claims, for people');
  addConnectionOptions(command).action(async (key: string, options: ClaimOptions) => {
    const decision = await connect(options).claim(await requestOf(key, options));
    if (options.json) printJson(decision);
    else if (decision.decision === 'execute') {
      const { checkpoint, ...facts } = decision;
      printFacts([...Object.entries(facts), ['checkpoint', checkpoint && JSON.stringify(checkpoint)]]);
    } else {
      const { outcome, ...facts } = decision;
      printFacts([...Object.entries(facts), ['outcome', JSON.stringify(outcome)]]);
    }
    process.exitCode = exitCodes[decision.decision === 'execute' ? 'OK' : 'REPLAY'].code;
  });
}

async function requestOf(key: string, options: ClaimOptions): Promise<ClaimRequest> {
  const { namespace, request, fingerprint, claimToken, onLeaseExpiry, owner } = options;
  if (request !== undefined && fingerprint !== undefined) {
    throw new Failure('USAGE', 'Give either --request or --fingerprint');
  }
  return {
    namespace,
    key,
    ...(request === undefined ? {} : { request: (await readJson('--request', request)) as JsonValue }),
    ...defined({
      fingerprint,
      claimToken,
      onLeaseExpiry,
      owner,
      leaseMs: options.lease,
      retentionMs: options.retention,
      waitMs: options.wait,
    }),
  };
}
