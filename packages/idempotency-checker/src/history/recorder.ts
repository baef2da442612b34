import { closeSync, openSync, writeSync } from 'node:fs';
import type { Execution, Operation, Result } from './call.js';
import { monotonicMicros } from './clock.js';
import type { Line } from './line.js';

/** A call under way. */
export interface PendingCall {
  ended(result: Result | 'unknown' | 'nothing'): void;
}

/**
 * Appends to one file, a line at a time and at once: what was recorded is with the operating system when the call
 * returns, so that a SIGKILL of the recording process loses nothing. Several processes may append to one file.
 */
export class Recorder {
  private readonly file: number;
  private count = 0;

  constructor(
    path: string,
    /** Unique among the recorders of one history. */
    private readonly name: string,
  ) {
    this.file = openSync(path, 'a');
  }

  /** Calls begun so far. */
  get calls(): number {
    return this.count;
  }

  begin(record: { namespace: string; key: string }, operation: Operation): PendingCall {
    const id = `${this.name}-${(this.count += 1)}`;
    const { namespace, key } = record;
    this.write({ line: 'begin', id, at: monotonicMicros(), namespace, key, operation });
    return { ended: (result) => this.write({ line: 'end', id, at: monotonicMicros(), result }) };
  }

  /** The witness: to be called by an executor, as the effect of its operation, once for every time it executes. */
  execution(execution: Omit<Execution, 'at'>): void {
    this.write({ line: 'execution', ...execution, at: monotonicMicros() });
  }

  close(): void {
    closeSync(this.file);
  }

  private write(line: Line): void {
    writeSync(this.file, `${JSON.stringify(line)}\n`);
  }
}
