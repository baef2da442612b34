import type { Durability } from './durability.js';

/** One of what is compared. */
export type SideName =
  | 'noop'
  | 'noop-in-stages'
  | 'service'
  | 'hand-rolled'
  | 'dbos'
  | 'restate'
  | 'node-idempotency'
  | 'powertools';

/** As the tables name them. */
export const sideLabels: Readonly<Record<SideName, string>> = {
  noop: 'no-op ceiling',
  'noop-in-stages': 'no-op, calls in stages',
  service: 'this service',
  'hand-rolled': 'hand-rolled Fastify + pg',
  dbos: 'DBOS',
  restate: 'Restate',
  'node-idempotency': 'node-idempotency + Redis',
  powertools: 'Powertools + Redis',
};

/** A side that runs. */
export interface Side {
  /** Where calls go, without a slash at the end. */
  readonly url: string;
  /** Its PostgreSQL database, where it has one. */
  readonly databaseUrl: string | undefined;
  /** How well it keeps what it acknowledges, as read from its store now. */
  durability(): Promise<Durability>;
  /** Resolves when its processes are gone. */
  stop(): Promise<void>;
}

/** A side that cannot run on this machine: it is left out, with the reason. */
export class SideUnavailable extends Error {
  override readonly name = 'SideUnavailable';
}
