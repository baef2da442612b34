import { ClaimLostError, type OutcomeNotRecordedError } from '@infra-services/idempotency-client';
import { failureFrom, recordArguments, shellWord } from '../client-failures.js';
import { Failure } from '../failure.js';
import type { CommandResult } from './command-outcome.js';

/** The command ran and its outcome is not known to be stored: what happened, and the command that finishes it. */
export function notRecorded(
  error: OutcomeNotRecordedError,
  result: CommandResult | undefined,
  cause: unknown = error.cause,
): Failure {
  const reason = failureFrom(cause);
  const { claimToken } = error;
  const ended = `The command ran and ended with ${endOf(result)}`;
  const details = { commandExitCode: result?.exitCode ?? null, signal: result?.signal ?? null };
  if (cause instanceof ClaimLostError) {
    return new Failure('OWNERSHIP_LOST', `${ended}, and its claim was superseded meanwhile`, {
      details,
      cause: error,
    });
  }
  return new Failure(
    'NOT_RECORDED',
    `${ended}, and its outcome is not known to be stored (${reason.message})`,
    {
      action: `When the service answers again: idem complete ${recordArguments(error)} --claim-token ${claimToken} ${outcomeArguments(error, result)}`,
      details: { claimToken, ...details },
      cause: error,
    },
  );
}

function endOf(result: CommandResult | undefined): string {
  return String(result?.signal ?? result?.exitCode ?? 'an outcome that could not be written');
}

/** The output is not named: it has been seen, and may be long. */
function outcomeArguments(error: OutcomeNotRecordedError, result: CommandResult | undefined): string {
  if (typeof result?.exitCode === 'number') return `--exit-code ${result.exitCode}`;
  return `--outcome ${shellWord(JSON.stringify(error.outcome ?? {}))}`;
}
