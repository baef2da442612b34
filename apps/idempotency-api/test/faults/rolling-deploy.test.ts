import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { nextBuild, type NextBuild } from '../support/next-build.js';
import { RetryingCaller } from '../support/retrying-caller.js';
import { startService, type ServiceProcess } from '../support/service-process.js';

const CALLERS = 16;
const REPLICAS = 3;
/** Two processes start for each replica here, beside the load of all others. */
const TIMEOUT_MS = 120_000;

const NEXT = '29990101000000_next';
/** Takes the strongest lock on the busiest table, as migrations do. */
const MIGRATION = `
  ALTER TABLE idempotency_record ADD COLUMN next_feature text;
  INSERT INTO schema_compatibility VALUES ('${NEXT}', '20261121160000_schema_compatibility');`;

let database: TestDatabase;
let next: NextBuild;

beforeAll(async () => {
  database = await createDatabase();
  next = await nextBuild({ name: NEXT, sql: MIGRATION });
});

afterAll(async () => {
  await next.remove();
  await database.drop();
});

it(
  'three replicas, a rolling deploy with a migration and a rollback after it: no call of a retrying client fails',
  async () => {
    const ports = await Promise.all(Array.from({ length: REPLICAS }, freePort));
    const start = (port: number, entry?: string): Promise<ServiceProcess> =>
      startService({ DATABASE_URL: database.url, PORT: String(port), LOG_LEVEL: 'info' }, entry);
    const replicas = await Promise.all(ports.map((port) => start(port)));

    let acknowledged = 0;
    const load = new Load(() => acknowledged++);
    const caller = new RetryingCaller(
      load,
      replicas.map(({ api }) => api),
    );
    let isRolling = true;
    const running = load.run(CALLERS, async (operation) => {
      await caller.settle(operation);
      return isRolling;
    });
    const untilServed = async (count: number): Promise<void> => {
      const goal = acknowledged + count;
      await vi.waitUntil(() => acknowledged > goal, { timeout: 30_000, interval: 5 });
    };

    await untilServed(200);
    for (const entry of [next.entry, undefined]) {
      for (const [index, port] of ports.entries()) {
        expect(await replicas[index]!.end('SIGTERM')).toBe(0);
        replicas[index] = await start(port, entry);
        await untilServed(100);
      }
    }
    isRolling = false;
    await running;

    const { rowCount } = await database.pool.query(`
      SELECT FROM information_schema.columns WHERE column_name = 'next_feature'`);
    expect(rowCount).toBe(1);
    expect(load.unsettled).toEqual([]);
    await expectNothingLost(replicas[0]!.api, load.ledger);
    await Promise.all(replicas.map((replica) => replica.end('SIGTERM')));
  },
  TIMEOUT_MS,
);

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
