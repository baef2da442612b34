import type { ChildProcess } from 'node:child_process';
import { constants } from 'node:os';

/** What asks a program to end, and is passed on. */
const PASSED_ON = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const satisfies NodeJS.Signals[];

/** What shells exit with for a command that a signal ended. */
export function exitCodeOfSignal(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

export function isSignal(name: unknown): name is NodeJS.Signals {
  return typeof name === 'string' && Object.hasOwn(constants.signals, name);
}

/**
 * Where signals go. Before the command is started they end the claiming; while it runs they are the command's, which may
 * clean up or go on as it likes; once it has ended they are ignored, as its outcome has to be stored.
 */
export class SignalRelay {
  private readonly interruption = new AbortController();
  private child: ChildProcess | undefined;
  private first: NodeJS.Signals | undefined;

  /** Aborted by a signal that comes before the command is started. */
  readonly interrupted: AbortSignal = this.interruption.signal;

  constructor(private readonly terminalDelivers: boolean) {
    for (const signal of PASSED_ON) process.on(signal, this.receive);
  }

  /** The signal that came before the command was started. */
  get interruptedBy(): NodeJS.Signals | undefined {
    return this.first;
  }

  passOnTo(child: ChildProcess): void {
    this.child = child;
  }

  close(): void {
    for (const signal of PASSED_ON) process.off(signal, this.receive);
  }

  private readonly receive = (signal: NodeJS.Signals): void => {
    if (this.child === undefined) {
      this.first ??= signal;
      this.interruption.abort();
      return;
    }
    // The terminal has sent Ctrl-C to the command already; a second one means "at once" to many programs.
    if (signal === 'SIGINT' && this.terminalDelivers) return;
    this.child.kill(signal);
  };
}
