import type { JsonValue } from '@infra-services/idempotency-contract';

/**
 * Work that goes on in the background, on one replica at a time. Every step must be safe to repeat and safe beside
 * another replica's: a holder that stalls for longer than its lease is taken over while it still believes to hold.
 */
export interface Task {
  /** Names its row in `background_task`; part of the contract between versions. */
  readonly name: string;
  /** Milliseconds from the end of one turn to the next, over all replicas. */
  readonly intervalMs: number;
  /** Works in short steps, and stops where `turn.goOn` says so. */
  run(turn: Turn): Promise<TurnEnd>;
  /** Whether there is work before the task is due, by its progress as some replica has left it. */
  isWanted?(progress: JsonValue): boolean;
  /** Told what is known of the task, whoever runs it. Must not throw. */
  onSeen?(progress: JsonValue): void;
}

/** `done`: again when the interval is over. `again`: soon, since something was left. `stopped`: at once, by whoever can. */
export type TurnEnd = 'done' | 'again' | 'stopped';

/** One holding of a task. */
export interface Turn {
  /** As the former turn left it, perhaps half-way; null at the very first. */
  readonly progress: JsonValue;
  /**
   * To be asked after every step: keeps the progress (if given) and the lease, leaves the database a pause, and says whether to
   * go on. False: another replica has taken over, an operator has paused the task, or the service stops.
   * Throws `StoreFailure`.
   */
  goOn(progress?: JsonValue): Promise<boolean>;
}
