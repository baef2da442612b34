import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { metric } from '../support/metrics.js';
import { patient } from '../support/limits-of-patience.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';
import { runFuzz } from './run-fuzz.js';

/** `pnpm fuzz` sends more, and another set of requests each time. */
const COUNT = Number(process.env.FUZZ_REQUESTS ?? 6_000);
const SEED = Number(process.env.FUZZ_SEED ?? 6);

/** An answer that leaks a few hundred bytes grows the heap past this in a long run. */
const MAX_HEAP_MIB = 128;
const MAX_GROWTH_BYTES = 64 * 1024 * 1024;

/** A run that has not met these has shown nothing. */
const mustBeMet = ['200', '201', '204', '400', '404', '405', '409', '413', '415', '422', '431'];

const MEBIBYTE = 1024 * 1024;

describe('requests made from the OpenAPI document, valid, nearly valid and hostile, and raw bytes', () => {
  let database: TestDatabase;
  let service: ServiceProcess;
  beforeAll(async () => {
    database = await createDatabase();
    service = await startService({
      ...patient,
      DATABASE_URL: database.url,
      REPLAY_CACHE_LEASE_MS: '20',
      REPLAY_CACHE_MAX_BYTES: String(4 * MEBIBYTE),
      MAX_BODY_BYTES: '65536',
      MAX_OUTCOME_BYTES: '8192',
      NODE_OPTIONS: `--max-old-space-size=${MAX_HEAP_MIB}`,
    });
  });
  afterAll(async () => {
    await service.end('SIGTERM');
    await database.drop();
  });

  const memory = (): Promise<number> => metric(service.api, 'process_resident_memory_bytes');

  it(
    `${COUNT} of them (seed ${SEED}): no 5xx but 503, no hang, no crash, no growth, no undocumented answer`,
    { timeout: 45_000 + COUNT * 20 },
    async () => {
      const startedAt = performance.now();
      const warmUp = await runFuzz(service, Math.min(COUNT / 4, 10_000), SEED);
      const before = await memory();
      const result = await runFuzz(service, COUNT - warmUp.calls - warmUp.rawConnections, SEED + 1);
      const after = await memory();

      const summary = {
        seed: SEED,
        requests: [warmUp, result].reduce(
          (sum, { calls, rawConnections }) => sum + calls + rawConnections,
          0,
        ),
        statuses: result.statuses,
        rssMiB: [before, after].map((bytes) => Math.round(bytes / MEBIBYTE)),
        seconds: Math.round((performance.now() - startedAt) / 1000),
      };
      process.stdout.write(`fuzz: ${JSON.stringify(summary)}\n`);
      expect(Object.keys(result.statuses)).toEqual(expect.arrayContaining(mustBeMet));
      expect(after - before).toBeLessThan(MAX_GROWTH_BYTES);
      expect(service.child.exitCode).toBeNull();
      const errors = service.log.filter((line) => (JSON.parse(line) as { level: number }).level >= 50);
      expect(errors).toEqual([]);
      expect((await service.api.claim({ key: newKey() })).status).toBe(201);
    },
  );
});
