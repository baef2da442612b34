/** One way to end, for scripts that tell them apart. */
export interface ExitCode {
  readonly code: number;
  readonly meaning: string;
  /** What to do about it. */
  readonly action: string;
}

/**
 * How `idem` ends, in one table; the README's is held to it by a test. The numbers are those of sysexits(3) where it
 * has one, so that they stay clear of the small codes which commands use, and of 126, 127 and 128+n, which shells use.
 */
export const exitCodes = {
  OK: { code: 0, meaning: 'Done. `idem claim`: you may execute.', action: '' },
  USAGE: {
    code: 64,
    meaning: 'The command line is wrong, or the service refused the request as invalid.',
    action: 'See `idem help` and mend it.',
  },
  MISMATCH: {
    code: 65,
    meaning: 'The key stands for another command or request, or its outcome is not that of a command.',
    action: 'Use a new key for a new operation.',
  },
  NOT_FOUND: {
    code: 66,
    meaning: 'There is no such record.',
    action: 'Check namespace and key; both are case-sensitive.',
  },
  UNAVAILABLE: {
    code: 69,
    meaning: 'The service gave no answer, so nothing was run.',
    action: 'Try again later; check `--url`.',
  },
  INTERNAL: {
    code: 70,
    meaning: 'A defect of `idem` or of the service.',
    action: 'Report it with the message.',
  },
  CONFLICT: {
    code: 73,
    meaning: 'The state of the record does not allow this, or the outcome cannot be stored there.',
    action: 'Read the record with `idem get`.',
  },
  NOT_RECORDED: {
    code: 74,
    meaning: 'The command ran, and its outcome is not known to be stored.',
    action: 'Finish by hand with the `idem complete` that the message names.',
  },
  IN_PROGRESS: {
    code: 75,
    meaning: 'Somebody else is executing it still.',
    action: 'Try again, or wait longer with `--wait`.',
  },
  OUTCOME_UNKNOWN: {
    code: 76,
    meaning: 'It may or may not have happened: its executor is gone. Nothing was run.',
    action: 'Find out, then `idem resolve`.',
  },
  NOT_ALLOWED: {
    code: 77,
    meaning: 'The API token is missing, wrong, or not enough for this.',
    action: 'Set `IDEMPOTENCY_TOKEN`.',
  },
  OWNERSHIP_LOST: {
    code: 79,
    meaning: 'The claim was lost: superseded, or its lease ended. A command that ran was sent SIGTERM.',
    action: 'Look at the record and at what the command left behind.',
  },
  REPLAY: {
    code: 80,
    meaning: '`idem claim` alone: it is done already, do not execute.',
    action: 'Use the outcome that was printed.',
  },
  CANNOT_EXECUTE: {
    code: 126,
    meaning: '`idem run`: the command could not be started. The claim was released.',
    action: 'Check that it is executable.',
  },
  COMMAND_NOT_FOUND: {
    code: 127,
    meaning: '`idem run`: there is no such command. The claim was released.',
    action: 'Check its name and PATH.',
  },
} as const satisfies Record<string, ExitCode>;

export type ExitName = keyof typeof exitCodes;
