import { parseArgs } from 'node:util';

/** What a run is asked to do. */
export interface Arguments {
  /** Draws the faults and the callers: the same one, the same run but for the machine's pace. */
  readonly seed: number;
  readonly operations: number;
  /** Keeps histories and logs, also if nothing was found. */
  readonly keep: boolean;
  /** The main.js of another build of the service, such as one with a guard taken out. */
  readonly service: string | undefined;
}

/** Reads a command line. Throws an error of one line for what it cannot mean. */
export function readArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    // pnpm hands on the `--` that some type before the arguments.
    args: args.filter((word) => word !== '--'),
    options: {
      seed: { type: 'string', default: '1' },
      operations: { type: 'string', default: '5000' },
      keep: { type: 'boolean', default: false },
      service: { type: 'string' },
    },
  });
  const { seed, operations, keep, service } = values;
  return {
    seed: wholeNumber('seed', seed, 0),
    operations: wholeNumber('operations', operations, 1),
    keep,
    service,
  };
}

function wholeNumber(name: string, text: string, least: number): number {
  const number = /^\d+$/u.test(text) ? Number(text) : NaN;
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw new TypeError(`--${name} takes a whole number from ${least} on, not "${text}"`);
}
