/** What kept a local Postgres from running; each calls for another answer from its user. */
export type LocalPostgresProblem =
  /** Another live process runs a Postgres on this data directory, or one that we did not start does. */
  | 'data_dir_in_use'
  /** The previous Postgres of this data directory is still shutting down: trying again helps. */
  | 'still_stopping'
  /** Missing permissions, not a directory, no space, or contents that are not ours. */
  | 'data_dir_unusable'
  /** The cluster was made by another major version of PostgreSQL. */
  | 'other_version'
  /** The port that was asked for cannot be listened on. */
  | 'port_unusable'
  /** Anything else that PostgreSQL or its keeper ended with. */
  | 'start_failed';

/** A local Postgres that cannot run. The message is one line: what is wrong, and what to do about it. */
export class LocalPostgresError extends Error {
  override readonly name = 'LocalPostgresError';

  constructor(
    readonly problem: LocalPostgresProblem,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message.replace(/\s*\n\s*/g, ' '), options);
  }
}
