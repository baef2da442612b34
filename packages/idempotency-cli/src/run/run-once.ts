import { hostname } from 'node:os';
import {
  NothingHappened,
  OutcomeNotRecordedError,
  OutcomeTooLargeError,
  type Execution,
  type ExecutionContext,
  type IdempotencyClient,
} from '@infra-services/idempotency-client';
import type { OnLeaseExpiry } from '@infra-services/idempotency-contract';
import { failureFrom, howToResolve } from '../client-failures.js';
import { Failure } from '../failure.js';
import { NotStarted, runChildCommand } from './child-command.js';
import { commandOutcome, toOutcome, type CommandResult } from './command-outcome.js';
import { fingerprintOfCommand } from './fingerprint.js';
import { notRecorded } from './not-recorded.js';
import { exitCodeOfSignal, SignalRelay } from './signals.js';

export interface RunRequest {
  readonly client: IdempotencyClient;
  readonly namespace: string;
  readonly key: string;
  readonly command: readonly string[];
  readonly leaseMs: number;
  readonly retentionMs: number;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly waitMs: number;
  readonly owner: string | undefined;
  /** Exit codes that say: nothing happened, the next run may execute. */
  readonly releaseOn: readonly number[];
  /** What is recorded for a command that a signal ended. */
  readonly onSignal: 'unknown' | 'store';
  readonly maxOutputBytes: number;
  readonly killAfterMs: number;
}

/** How the command ended, here and now or in a former run. */
export interface RunReport {
  readonly result: CommandResult;
  /** The former run that is replayed; absent where the command ran now. */
  readonly replayedFrom?: Date;
  /** What became of a run that was not stored; absent where it was, or is a replay. */
  readonly notStored?: 'released' | 'unknown';
}

/**
 * Runs the command at most once for the key and stores how it ended; a duplicate is given the same.
 *
 * @throws Failure where there is nothing to replay and nothing was run, or its outcome could not be stored.
 */
export async function runOnce(request: RunRequest): Promise<RunReport> {
  const relay = new SignalRelay(process.stdin.isTTY);
  try {
    return await new Run(request, relay).execute();
  } finally {
    relay.close();
  }
}

class Run {
  /** How the command ended, once it has. */
  private ended: CommandResult | undefined;

  constructor(
    private readonly request: RunRequest,
    private readonly relay: SignalRelay,
  ) {}

  async execute(): Promise<RunReport> {
    try {
      return reportOf(await this.claimAndRun());
    } catch (error) {
      return await this.reportOfFailure(error);
    }
  }

  private claimAndRun(): Promise<Execution<CommandResult>> {
    const { client, namespace, key, command, leaseMs, retentionMs, onLeaseExpiry, waitMs } = this.request;
    return client.execute(
      {
        namespace,
        key,
        fingerprint: fingerprintOfCommand(command),
        leaseMs,
        retentionMs,
        onLeaseExpiry,
        waitMs,
        owner: this.request.owner ?? `${hostname()} pid ${process.pid}`,
        serializer: commandOutcome,
        onError: () => 'unknown',
        signal: this.relay.interrupted,
      },
      (context) => this.runCommand(context),
    );
  }

  private async runCommand(context: ExecutionContext): Promise<CommandResult> {
    if (this.relay.interruptedBy) throw new NothingHappened('interrupted before the command was started');
    const result = await this.startCommand(context);
    if (context.signal.aborted) throw context.signal.reason;
    this.ended = result;
    if (result.exitCode !== null && this.request.releaseOn.includes(result.exitCode)) {
      throw new NothingHappened(`the command ended with ${result.exitCode}`);
    }
    if (result.signal !== null && this.request.onSignal === 'unknown') {
      throw new Error(`the command was ended by ${result.signal}`);
    }
    return result;
  }

  private async startCommand(context: ExecutionContext): Promise<CommandResult> {
    try {
      return await runChildCommand(this.request.command, {
        environment: {
          IDEMPOTENCY_NAMESPACE: context.namespace,
          IDEMPOTENCY_KEY: context.key,
          IDEMPOTENCY_FENCING_TOKEN: String(context.fencingToken),
          IDEMPOTENCY_ATTEMPT: String(context.attempt),
        },
        maxOutputBytes: this.request.maxOutputBytes,
        killAfterMs: this.request.killAfterMs,
        stop: context.signal,
        onStarted: (child) => this.relay.passOnTo(child),
      });
    } catch (error) {
      throw error instanceof NotStarted ? new NothingHappened(error) : error;
    }
  }

  private async reportOfFailure(error: unknown): Promise<RunReport> {
    if (error instanceof OutcomeNotRecordedError) return this.storeSmaller(error);
    if (this.ended) {
      return { result: this.ended, notStored: error instanceof NothingHappened ? 'released' : 'unknown' };
    }
    if (error instanceof NothingHappened && error.cause instanceof NotStarted) {
      const { isMissing, message } = error.cause;
      throw new Failure(isMissing ? 'COMMAND_NOT_FOUND' : 'CANNOT_EXECUTE', message, { cause: error });
    }
    const { interruptedBy } = this.relay;
    if (interruptedBy) {
      return {
        result: { exitCode: null, signal: interruptedBy, segments: [], discardedBytes: 0 },
        notStored: 'released',
      };
    }
    throw this.failureOf(error);
  }

  private failureOf(error: unknown): Failure {
    const failure = failureFrom(error, this.request);
    return failure.exit === 'OWNERSHIP_LOST'
      ? new Failure(failure.exit, failure.message, { ...failure.facts, action: howToResolve(this.request) })
      : failure;
  }

  /** The exit code matters more than the output: a service that refuses the size is given that alone. */
  private async storeSmaller(error: OutcomeNotRecordedError): Promise<RunReport> {
    const { ended } = this;
    if (!ended || !(error.cause instanceof OutcomeTooLargeError)) throw notRecorded(error, ended);
    const keptBytes = ended.segments.reduce((sum, { bytes }) => sum + bytes.length, 0);
    const result = { ...ended, segments: [], discardedBytes: ended.discardedBytes + keptBytes };
    try {
      const completion = { claimToken: error.claimToken, outcome: toOutcome(result) };
      await this.request.client.complete(this.request, completion);
      return { result };
    } catch (cause) {
      throw notRecorded(error, ended, cause);
    }
  }
}

function reportOf({ value, replayed, completedAt }: Execution<CommandResult>): RunReport {
  return replayed ? { result: value, replayedFrom: completedAt } : { result: value };
}

/** What `idem run` exits with: the command's own, or what a shell says of a signal. */
export function exitCodeOf({ exitCode, signal }: CommandResult): number {
  return signal === null ? (exitCode ?? 0) : exitCodeOfSignal(signal);
}
