import { randomBytes, randomUUID } from 'node:crypto';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { holdClaim, type HeldClaim } from '../support/arrange.js';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectStoreUnavailable, storeCalls, timed } from '../support/faults-calls.js';
import { terminateConnections } from '../support/faults-connections.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

/** A connection for each that was lost, and a commit, on a busy machine. */
const LATE = { timeout: 15_000 };

/** A role without a superuser's privileges, whom limits of connections do not exempt. */
const role = `role_${randomBytes(6).toString('hex')}`;

let database: TestDatabase;
let roleUrl: string;
let service: ServiceProcess;

beforeAll(async () => {
  database = await createDatabase();
  await database.pool.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`);
  await database.pool.query(`GRANT ALL ON SCHEMA public TO ${role}`);
  await database.pool.query(`GRANT ALL ON ALL TABLES IN SCHEMA public TO ${role}`);
  await database.pool.query(`GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO ${role}`);
  const url = new URL(database.url);
  url.username = role;
  url.password = role;
  roleUrl = url.href;
  service = await startService({ DATABASE_URL: roleUrl });
});

afterAll(async () => {
  await service.end('SIGTERM');
  await database.pool.query(`DROP OWNED BY ${role}`);
  await database.pool.query(`DROP ROLE ${role}`);
  await database.drop();
});

/** Limits the connections of the service's role, and ends those it has. */
async function limitConnections(limit: number): Promise<void> {
  await database.pool.query(`ALTER ROLE ${role} CONNECTION LIMIT ${limit}`);
  await terminateConnections(database);
}

/** Changes how new connections of the database begin. */
async function alterDatabase(change: string): Promise<void> {
  await database.pool.query(`ALTER DATABASE ${new URL(database.url).pathname.slice(1)} ${change}`);
}

describe('while the database is read-only, as after a failover to a standby', () => {
  /** A standby answers these truly. */
  const reads = ['GET of a record', 'the list'];

  let held: HeldClaim;

  beforeAll(async () => {
    held = await holdClaim(service.api);
    await alterDatabase('SET default_transaction_read_only = on');
    await terminateConnections(database);
  });

  afterAll(async () => {
    await alterDatabase('RESET default_transaction_read_only');
    await terminateConnections(database);
  });

  it.each(storeCalls.filter(({ name }) => !reads.includes(name)))('$name is told 503', async ({ send }) => {
    expectStoreUnavailable(await timed(send(service.api, held)));
  });

  it.each(storeCalls.filter(({ name }) => reads.includes(name)))('$name is answered', async ({ send }) => {
    expect((await send(service.api, held)).status).toBe(200);
  });

  it('nothing is granted', async () => {
    const key = newKey();
    expect((await service.api.claim({ key })).status).toBe(503);
    expect((await service.api.get(key)).status).toBe(404);
  });
});

it('connections that are left read-only are let go of once the database takes writes again', async () => {
  const { api } = service;
  await alterDatabase('SET default_transaction_read_only = on');
  await terminateConnections(database);
  await Promise.all(Array.from({ length: 20 }, () => api.send('GET', '/v1/records?limit=1')));
  await alterDatabase('RESET default_transaction_read_only');
  expect((await api.claim({ key: newKey() })).status).toBe(503);
  await vi.waitFor(async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => api.claim({ key: newKey() })));
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 201));
  }, LATE);
});

describe('while other clients have all connections', () => {
  let held: HeldClaim;
  let occupant: pg.Client;

  beforeAll(async () => {
    held = await holdClaim(service.api);
    occupant = new pg.Client({ connectionString: roleUrl });
    await occupant.connect();
    await limitConnections(1);
  });

  afterAll(async () => {
    await occupant.end();
    await limitConnections(-1);
  });

  it.each(storeCalls)('$name is told 503', async ({ send }) => {
    expectStoreUnavailable(await timed(send(service.api, held)));
  });
});

it('connections that become free are taken again', async () => {
  const { api } = service;
  const occupant = new pg.Client({ connectionString: roleUrl });
  await occupant.connect();
  await limitConnections(1);
  const [key, claimToken] = [newKey(), randomUUID()];
  expect((await api.claim({ key, claimToken })).status).toBe(503);
  await occupant.end();
  await vi.waitFor(async () => {
    await expect(holdClaim(api, { key, claimToken })).resolves.toMatchObject({ key });
  }, LATE);
  await limitConnections(-1);
});
