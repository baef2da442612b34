/** An error as it is logged. */
export interface ErrorLine {
  readonly type: string;
  readonly message: string;
  /** SQLSTATE, or the code of Node.js or a library. */
  readonly code?: string;
  /** Where it was thrown; without the message that stacks begin with. */
  readonly stack?: string;
  readonly cause?: ErrorLine;
}

/** Longer chains of causes repeat themselves. */
const MAX_CAUSES = 5;

/** PostgreSQL's class "data exception": its messages quote the value that was refused. */
const dataException = /^22[0-9A-Z]{3}$/;

/**
 * What may be logged of an error: its chain of causes, and of each the type, message, code and stack. Never its other
 * properties: drivers hang rows, parameters and themselves onto their errors.
 */
export function errorLine(error: unknown, causes = MAX_CAUSES): ErrorLine {
  if (!(error instanceof Error))
    return { type: typeof error, message: 'something that is no error was thrown' };
  const { code, cause } = error as { code?: unknown; cause?: unknown };
  const stack = framesOf(error);
  return {
    type: error.name,
    message: typeof code === 'string' && dataException.test(code) ? 'invalid data' : error.message,
    ...(typeof code === 'string' ? { code } : {}),
    ...(stack === '' ? {} : { stack }),
    ...(cause === undefined || cause === null || causes === 0 ? {} : { cause: errorLine(cause, causes - 1) }),
  };
}

function framesOf({ stack = '' }: Error): string {
  return stack
    .split('\n')
    .filter((line) => /^ {4}at /.test(line))
    .map((line) => line.trim())
    .join('\n');
}
