// A program: sends batches of claims by the service's own statement, with nothing of the service around it.
import { grantFirstClaims } from '@infra-services/idempotency-api/internal/idempotency/persistence/sql/grant-first-claims.js';
import type { Claim } from '@infra-services/idempotency-api/internal/idempotency/domain/claim.js';
import { identityOf } from '@infra-services/idempotency-api/internal/idempotency/domain/record.js';
import type { Identified } from '@infra-services/idempotency-api/internal/idempotency/persistence/identified.js';
import type {
  Database,
  Statement,
} from '@infra-services/idempotency-api/internal/infrastructure/database/database.js';
import type { PackedAnswer } from '@infra-services/idempotency-api/internal/infrastructure/database/sent-statement.js';
import pg from 'pg';
import type { BarePgRun } from './bare-pg.js';
import { closedLoop } from './closed-loop.js';
import { FINGERPRINT, keyOf, NAMESPACE, newRun, tokenOf } from './payload.js';

const run = JSON.parse(process.argv[2] ?? '{}') as BarePgRun;
const batchRun = newRun();
const clients = await Promise.all(
  Array.from({ length: run.connections }, async () => {
    const client = new pg.Client({ connectionString: run.databaseUrl });
    await client.connect();
    return client;
  }),
);

/** All that the statement's file asks of a database. */
function databaseOf(client: pg.Client): Database {
  const door = {
    queryPacked: async (
      { name, sql }: Statement,
      parameters: readonly unknown[],
    ): Promise<PackedAnswer[]> => {
      const { rows } = await client.query<PackedAnswer>({ name, text: sql, values: [...parameters] });
      return rows;
    },
  } satisfies Pick<Database, 'queryPacked'>;
  return door as unknown as Database;
}

let sent = 0;
function nextClaims(): Identified<Claim>[] {
  return Array.from({ length: run.rows }, () => {
    const n = sent++;
    const item: Claim = {
      tenant: 'default',
      namespace: NAMESPACE,
      key: keyOf(batchRun, n),
      fingerprint: FINGERPRINT,
      claimToken: tokenOf(batchRun, n),
      onLeaseExpiry: 'block',
      leaseMs: 30_000,
      retentionMs: 86_400_000,
      owner: null,
    };
    return { identity: identityOf(item), item };
  });
}

const databases = clients.map(databaseOf);
const measurement = await closedLoop(
  { callers: run.connections, seconds: run.seconds, units: run.rows },
  async (caller) => {
    const database = databases[caller];
    if (database) await grantFirstClaims(database, nextClaims());
  },
);
await Promise.all(clients.map((client) => client.end()));
console.log(`BENCH ${JSON.stringify(measurement)}`);
