import { exitCodes, type ExitName } from './exit-codes.js';

/** What a failure says beside its message. */
export interface FailureFacts {
  /** What to do, where the table of exit codes is too general. */
  readonly action?: string;
  /** The service's code, `FINGERPRINT_MISMATCH`. */
  readonly problem?: string;
  readonly requestId?: string;
  /** What programs may want to read, in `--json` alone. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** A way to end that people have to be told about: an exit code and one line that says what is wrong and what to do. */
export class Failure extends Error {
  override readonly name = 'Failure';

  constructor(
    readonly exit: ExitName,
    message: string,
    readonly facts: FailureFacts = {},
  ) {
    super(message, { cause: facts.cause });
  }

  get exitCode(): number {
    return exitCodes[this.exit].code;
  }

  /** For people: one line. */
  toLine(): string {
    const sentences = [this.message.replace(/\.$/u, ''), this.action].filter((text) => text !== '');
    return `idem: ${onOneLine(sentences.join('. '))}`;
  }

  /** For programs: one object on one line. */
  toJson(): string {
    const { problem, requestId, details } = this.facts;
    const error = { exit: this.exit, exitCode: this.exitCode, message: this.message, action: this.action };
    return JSON.stringify({ error: { ...error, problem, requestId, ...details } });
  }

  private get action(): string {
    return this.facts.action ?? exitCodes[this.exit].action;
  }
}

/** Control characters, C1 included, would let what a server says write anywhere on the terminal. */
export function onOneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- They are what is looked for.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f]+/gu, ' ').trim();
}
