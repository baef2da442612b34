import type { JsonValue } from '@infra-services/idempotency-contract';
import type { Task, Turn, TurnEnd } from '../background/task.js';
import type { Database } from '../infrastructure/database/database.js';
import { countOpen } from './sql/count-open.js';

export interface DetectionOptions {
  /** Milliseconds between two looks. */
  readonly intervalMs: number;
  /** As the last look of any replica has it. */
  onCounted(open: number, unknown: number): void;
  /** Outcomes have become unknown since the last look: told once, by the replica that looked. */
  onAppeared(appeared: number, unknown: number): void;
}

/** What a look leaves for all replicas to tell, and for the next look to go on from. */
interface Counted {
  readonly open: number;
  readonly unknown: number;
  readonly until: string;
}

/** Before the first look everything is news. */
const EVER = '-infinity';

/** Counts open records and unknown outcomes, and notices new ones. Nobody else would: they wait for an operator. */
export class UnknownOutcomeDetection implements Task {
  readonly name = 'detect-unknown-outcomes';
  readonly intervalMs: number;

  constructor(
    private readonly db: Database,
    private readonly options: DetectionOptions,
  ) {
    this.intervalMs = options.intervalMs;
  }

  async run(turn: Turn): Promise<TurnEnd> {
    const { open, unknown, appeared, until } = await countOpen(
      this.db,
      toCounted(turn.progress)?.until ?? EVER,
    );
    // Kept first: news that is told and then not kept would be told again.
    const isOurs = await turn.goOn({ open, unknown, until });
    if (appeared > 0) this.options.onAppeared(appeared, unknown);
    return isOurs ? 'done' : 'stopped';
  }

  onSeen(progress: JsonValue): void {
    const counted = toCounted(progress);
    if (counted) this.options.onCounted(counted.open, counted.unknown);
  }
}

function toCounted(progress: JsonValue): Counted | undefined {
  return progress === null ? undefined : (progress as unknown as Counted);
}
