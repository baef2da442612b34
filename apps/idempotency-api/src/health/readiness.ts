import type { Database } from '../infrastructure/database/database.js';

/** Whether this replica can answer claims. */
export class Readiness {
  private draining = false;

  constructor(private readonly db: Database) {}

  get isDraining(): boolean {
    return this.draining;
  }

  /** From now on this replica finishes what it has accepted and wants no more. */
  drain(): void {
    this.draining = true;
  }

  /** Throws `StoreFailure` if the store does not answer. */
  check(): Promise<void> {
    return this.db.ping();
  }
}
