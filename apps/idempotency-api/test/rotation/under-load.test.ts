import { limits, type Outcome } from '@infra-services/idempotency-contract';
import { expect, it, onTestFinished } from 'vitest';
import type { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { createDatabase } from '../support/database.js';
import { patient } from '../support/limits-of-patience.js';
import { keysFile, newEncryptionKey } from '../support/seals.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { storedTask } from '../support/tasks.js';
import { countStale, insertOutcomes, keyOf } from './stored-outcomes.js';

/** 100,000 for the number in docs/encryption.md; fewer on CI, where it shows the same. */
const ROWS = Number(process.env.ROTATION_ROWS ?? 5_000);
const CALLERS = 8;

const keys = { k1: newEncryptionKey(), k2: newEncryptionKey() };

/** Claims and completes new records, and replays old ones, until told to stop; what was acknowledged. */
async function load(apis: () => ApiClient[], until: AbortSignal): Promise<Map<string, string>> {
  const acknowledged = new Map<string, string>();
  const caller = async (number: number): Promise<void> => {
    for (let count = 0; !until.aborted; count++) {
      const all = apis();
      const api = all[count % all.length]!;
      const { key, claimToken } = await holdClaim(api);
      const body = `loaded ${number} ${count}`;
      expect((await api.complete(key, { claimToken, outcome: { body } })).status).toBe(200);
      acknowledged.set(key, body);
      const n = 1 + ((number * 7_919 + count * 104_729) % ROWS);
      const replayed = await api.claim({ key: keyOf('stored', n) });
      expect(replayed.body.outcome).toEqual({ status: 201, body: `plain outcome ${n}` });
    }
  };
  await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)));
  return acknowledged;
}

/** Every one of them is replayed as it was. */
async function expectReplays(api: ApiClient, expected: readonly [string, Outcome][]): Promise<void> {
  for (let start = 0; start < expected.length; start += limits.claimBatchMax) {
    const part = expected.slice(start, start + limits.claimBatchMax);
    const { body } = await api.claimBatch(part.map(([key]) => ({ key })));
    expect(body.results.map((result) => result.outcome)).toEqual(part.map(([, outcome]) => outcome));
  }
}

it(
  `${ROWS} outcomes rotate under load, their rotation killed half-way, and none is lost`,
  { timeout: 900_000 },
  async () => {
    const database = await createDatabase();
    onTestFinished(() => database.drop());
    await insertOutcomes(database, 'stored', ROWS);
    const environment = {
      ...patient,
      DATABASE_URL: database.url,
      KEYS_FILE: keysFile(keys, 'k2'),
      ROTATION_BATCH_SIZE: String(Math.min(500, ROWS / 50)),
      BACKGROUND_POLL_MS: '50',
      BACKGROUND_LEASE_MS: '1000',
      LOG_LEVEL: 'info',
    };
    const rotation = async () => (await storedTask(database, 'rotate-keys'))?.progress;

    // What is stored comes under k1 first, by a whole pass.
    const first = await startService({ ...environment, KEYS_FILE: keysFile(keys, 'k1') });
    await expect
      .poll(rotation, { timeout: 300_000, interval: 200 })
      .toMatchObject({ isOver: true, keyId: 'k1' });
    await first.end('SIGTERM');
    expect(await countStale(database, 'k1')).toBe(0);

    // Looks for tasks once a minute: were it to take the rotation over, it would go back to k1.
    const witness = await startService({
      ...environment,
      KEYS_FILE: keysFile(keys, 'k1'),
      BACKGROUND_POLL_MS: '60000',
    });
    const since = performance.now();
    const services: ServiceProcess[] = [await startService(environment)];
    onTestFinished(async () => {
      for (const service of [...services, witness])
        if (service.child.exitCode === null) await service.end('SIGKILL');
    });
    // Callers are on a replica that lives throughout, and still seals under k1: rows of both keys come and go.
    const stopped = new AbortController();
    const loading = load(() => [witness.api], stopped.signal);
    const runner = services[0]!;
    try {
      await expect
        .poll(rotation, { timeout: 120_000, interval: 20 })
        .toSatisfy(
          (pass: Record<string, unknown>) => pass.keyId === 'k2' && Number(pass.examined) > ROWS / 4,
        );
    } finally {
      await runner.end('SIGKILL');
    }
    const half = (await rotation())!;
    expect(half).toMatchObject({ keyId: 'k2', isOver: false });
    services.push(await startService(environment));
    await expect
      .poll(rotation, { timeout: 600_000, interval: 200 })
      .toMatchObject({ isOver: true, keyId: 'k2', beganAt: half.beganAt });
    const tookMs = performance.now() - since;
    stopped.abort();
    const acknowledged = await loading;

    // What callers had locked in that moment is left for the next pass.
    await expect.poll(rotation, { timeout: 120_000, interval: 200 }).toMatchObject({ isOver: true, left: 0 });

    const expected = new Map<string, Outcome>();
    for (const [key, body] of acknowledged) expected.set(key, { body });
    for (let n = 1; n <= ROWS; n++) {
      expected.set(keyOf('stored', n), { status: 201, body: `plain outcome ${n}` });
    }
    await expectReplays(services[1]!.api, [...expected]);
    expect(await countStale(database, 'k2', 'stored-%')).toBe(0);
    process.stderr.write(
      `rotated ${ROWS} outcomes in ${Math.round(tookMs)} ms beside ${acknowledged.size} new ones; killed at ${String(half.examined)}\n`,
    );
  },
);
