import { limits } from '@infra-services/idempotency-contract';
import { Option, type Command } from 'commander';
import { addConnectionOptions, addNamespaceOption, connect, parseKey } from '../connection.js';
import type { ConnectionOptions, NamespaceOption } from '../connection.js';
import { onOneLine } from '../failure.js';
import { writeLive } from '../run/live-output.js';
import { exitCodeOf, runOnce, type RunReport, type RunRequest } from '../run/run-once.js';
import { parseByteSize, parseDuration, parseExitCodes } from '../units.js';

interface RunOptions extends ConnectionOptions, NamespaceOption {
  readonly key: string;
  readonly lease: number;
  readonly retention: number;
  readonly onLeaseExpiry: RunRequest['onLeaseExpiry'];
  /** False: `--no-wait`. */
  readonly wait: number | false;
  readonly releaseOn: readonly number[];
  readonly onSignal: RunRequest['onSignal'];
  readonly maxOutput: number;
  readonly killAfter: number;
  readonly owner?: string;
  readonly verbose?: boolean;
}

/** `idem run`: a command at most once. */
export function addRunCommand(program: Command): void {
  const command = program
    .command('run')
    .description('run a command at most once across hosts; duplicates get its output and exit code')
    .argument('<command...>', 'the command and its arguments, after --')
    .passThroughOptions()
    .requiredOption('-k, --key <key>', 'names the one run: backup-2026-11-21', parseKey);
  addNamespaceOption(command)
    .option('--lease <duration>', 'presumed gone after so long without a renewal', parseDuration, 30_000)
    .option('--retention <duration>', 'replay the outcome for so long', parseDuration, 86_400_000)
    .addOption(
      new Option('--on-lease-expiry <policy>', 'what a run that died leaves: a question, or a free key')
        .choices(['block', 'takeover'])
        .default('block'),
    )
    .option('--wait <duration>', 'wait for a run elsewhere to end', parseDuration, 600_000)
    .option('--no-wait', 'do not wait for a run elsewhere')
    .option('--release-on <codes>', 'exit codes that mean: nothing happened', parseExitCodes, [])
    .addOption(
      new Option('--on-signal <meaning>', 'what is recorded of a command that a signal ended')
        .choices(['unknown', 'store'])
        .default('unknown'),
    )
    .option('--max-output <size>', 'keep so much output for replays', parseByteSize, 524_288)
    .option('--kill-after <duration>', 'SIGKILL so long after SIGTERM', parseDuration, 10_000)
    .option('--owner <text>', `who claims, for people; at most ${limits.ownerMaxLength} characters`)
    .option('-v, --verbose', 'say on stderr what was decided');
  addConnectionOptions(command).action(async (words: string[], options: RunOptions) => {
    const report = await runOnce(requestOf(words, options));
    if (report.replayedFrom) for (const segment of report.result.segments) await writeLive(segment);
    for (const note of notesOn(report, options)) process.stderr.write(`idem: ${onOneLine(note)}\n`);
    process.exitCode = exitCodeOf(report.result);
  });
}

function requestOf(command: string[], options: RunOptions): RunRequest {
  const { namespace, key, onLeaseExpiry, releaseOn, onSignal, wait, owner } = options;
  return {
    client: connect(options),
    namespace,
    key,
    command,
    onLeaseExpiry,
    releaseOn,
    onSignal,
    owner,
    leaseMs: options.lease,
    retentionMs: options.retention,
    waitMs: wait === false ? 0 : wait,
    maxOutputBytes: options.maxOutput,
    killAfterMs: options.killAfter,
  };
}

/** stderr is the command's: only what a reader would miss is added to it unasked. */
function notesOn({ result, replayedFrom, notStored }: RunReport, { key, verbose }: RunOptions): string[] {
  const notes: string[] = [];
  if (verbose && replayedFrom) notes.push(`replayed ${key}, run at ${replayedFrom.toISOString()}`);
  if (verbose && notStored === 'released') notes.push(`${key} was released: the next run executes`);
  if (notStored === 'unknown') {
    notes.push(
      `${key} was ended by ${result.signal ?? 'an error'}: whether it happened is unknown. See idem resolve`,
    );
  }
  if (result.discardedBytes > 0) {
    const action = replayedFrom ? 'were not replayed' : 'will not be replayed';
    notes.push(`the last ${result.discardedBytes} bytes of output were beyond the limit and ${action}`);
  }
  return notes;
}
