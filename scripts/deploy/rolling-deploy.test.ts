import { IdempotencyClient, type Execution } from '@infra-services/idempotency-client';
import { freePort } from '@infra-services/local-postgres';
// What the run provides to its tests, which `createDatabase` asks for.
import type {} from '@infra-services/local-service';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import { createDatabase, type TestDatabase } from '../../apps/idempotency-api/test/support/database.js';
import { nextBuild, type NextBuild } from '../../apps/idempotency-api/test/support/next-build.js';
import {
  startService,
  type ServiceProcess,
} from '../../apps/idempotency-api/test/support/service-process.js';

/** Enough that each replica has calls under way when it ends; more of them make each start wait for a processor. */
const CALLERS = 6;
const REPLICAS = 3;
/** Two processes start for each replica here, beside the load of all others. */
const TIMEOUT_MS = 240_000;

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
  'three replicas, a rolling deploy with a migration and a rollback after it: no call of an SDK client fails, no operation runs twice',
  async () => {
    const ports = await Promise.all(Array.from({ length: REPLICAS }, freePort));
    const start = (port: number, entry?: string): Promise<ServiceProcess> =>
      startService({ DATABASE_URL: database.url, PORT: String(port), LOG_LEVEL: 'info' }, entry);
    const replicas = await Promise.all(ports.map((port) => start(port)));

    const callers = new Callers(ports);
    const running = callers.run();
    // Where it fails, no caller goes on and no replica stays behind.
    onTestFinished(() => {
      callers.goesOn = false;
      for (const { child } of replicas) child.kill('SIGKILL');
    });
    await callers.untilServed(200);
    for (const entry of [next.entry, undefined]) {
      for (const [index, port] of ports.entries()) {
        expect(await replicas[index]!.end('SIGTERM')).toBe(0);
        replicas[index] = await start(port, entry);
        await callers.untilServed(100);
      }
    }
    callers.goesOn = false;
    await running;

    const { rowCount } = await database.pool.query(`
      SELECT FROM information_schema.columns WHERE column_name = 'next_feature'`);
    expect(rowCount).toBe(1);
    expect(callers.failures).toEqual([]);
    // The replicas went away under calls: it was the client that made them good.
    expect(callers.unanswered).toBeGreaterThan(0);
    expect([...callers.runs].filter(([, runs]) => runs !== 1)).toEqual([]);
    await callers.expectAllReplayed();
    await Promise.all(replicas.map((replica) => replica.end('SIGTERM')));
  },
  TIMEOUT_MS,
);

/** Clients with the options of the package, each with one new key after the other; every second key has two callers at once. */
class Callers {
  goesOn = true;
  readonly failures: unknown[] = [];
  /** How often the operation of a key ran. */
  readonly runs = new Map<string, number>();
  /** Attempts that met no replica. */
  unanswered = 0;
  private served = 0;
  private turn = 0;
  private readonly client: IdempotencyClient;

  constructor(private readonly ports: readonly number[]) {
    this.client = new IdempotencyClient({ baseUrl: 'http://replicas', fetch: this.inTurn });
  }

  async run(): Promise<void> {
    let keys = 0;
    const one = async (): Promise<void> => {
      while (this.goesOn) {
        const index = keys++;
        const rivals = Array.from({ length: 1 + (index % 2) }, () => this.execute(`order-${index}`));
        const results = await Promise.all(rivals);
        this.served += results.length;
      }
    };
    await Promise.all(Array.from({ length: CALLERS }, one));
  }

  async untilServed(count: number): Promise<void> {
    const goal = this.served + count;
    await vi.waitUntil(() => this.served > goal, { timeout: 60_000, interval: 5 });
  }

  /** Everything that was run is stored: nothing runs when it is asked for again. */
  async expectAllReplayed(): Promise<void> {
    const keys = [...this.runs.keys()];
    while (keys.length > 0) {
      const replays = await Promise.all(keys.splice(0, 100).map((key) => this.execute(key)));
      expect(replays.filter((execution) => execution?.replayed !== true)).toEqual([]);
    }
    expect(this.failures).toEqual([]);
  }

  /** Undefined where the call failed, or gave something else than the key's operation made. */
  private async execute(key: string): Promise<Execution<string> | undefined> {
    try {
      const execution = await this.client.execute({ key, request: { key } }, () => {
        this.runs.set(key, (this.runs.get(key) ?? 0) + 1);
        return Promise.resolve(`made for ${key}`);
      });
      if (execution.value !== `made for ${key}`) this.failures.push(execution);
      return execution;
    } catch (error) {
      this.failures.push(error);
      return undefined;
    }
  }

  /** The plainest balancer: one replica after the other, whether it is up or not. */
  private readonly inTurn: typeof fetch = async (input, init) => {
    const url = new URL(input instanceof Request ? input.url : input);
    url.host = `127.0.0.1:${this.ports[this.turn++ % this.ports.length]!}`;
    try {
      return await fetch(url, init);
    } catch (error) {
      this.unanswered++;
      throw error;
    }
  };
}
