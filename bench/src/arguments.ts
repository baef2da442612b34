import { parseArgs } from 'node:util';
import { allCases } from './cases/all-cases.js';
import type { Case } from './cases/case.js';
import type { Effort } from './cases/run-case.js';

/** What the command line cannot mean; the message is one line. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Plan {
  readonly mode: 'full' | 'quick';
  readonly cases: readonly Case[];
  readonly effort: Effort;
}

/** About five minutes. Many short rounds: see `judge`. */
const FULL: Effort = { rounds: 7, seconds: 1, warmUpSeconds: 4 };

/** Somewhat over a minute: says that everything works, and roughly how it stands. */
const QUICK: Effort = { rounds: 1, seconds: 1, warmUpSeconds: 1 };

/** What is still a run and no mistake: two hours. */
const MAX_ROUNDS = 200;

/** `--quick`, `--rounds 15`, `--only claims,replays`. Throws `UsageError`, or what `parseArgs` throws. */
export function readPlan(args: readonly string[]): Plan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      quick: { type: 'boolean', default: false },
      rounds: { type: 'string' },
      only: { type: 'string' },
    },
  });
  const { quick, rounds, only } = values;
  const names = only?.split(',').map((name) => name.trim());
  const unknown = names?.find((name) => !allCases.some((subject) => subject.name === name));
  if (unknown !== undefined) {
    const known = allCases.map((subject) => subject.name).join(', ');
    throw new UsageError(`--only knows no "${unknown}"; there are ${known}`);
  }
  return {
    mode: quick ? 'quick' : 'full',
    cases: allCases.filter(({ name }) => names?.includes(name) ?? true),
    effort: effortOf(quick ? QUICK : FULL, rounds),
  };
}

function effortOf(usual: Effort, asked: string | undefined): Effort {
  if (asked === undefined) return usual;
  const rounds = Number(asked);
  if (!Number.isInteger(rounds) || rounds < 1 || rounds > MAX_ROUNDS) {
    throw new UsageError(`--rounds takes a whole number from 1 to ${MAX_ROUNDS}, not "${asked}"`);
  }
  return { ...usual, rounds };
}
