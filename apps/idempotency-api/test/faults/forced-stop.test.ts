import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Answer } from '../support/api-client.js';
import { startFragilePostgres, type FragilePostgres } from '../support/faults-postgres.js';
import { untilRefused } from '../support/faults-sockets.js';
import { untilCarried } from '../support/faults-waiters.js';
import { startService, type ServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

let postgres: FragilePostgres;

beforeEach(async () => {
  postgres = await startFragilePostgres();
});

afterEach(() => postgres.dispose());

/** A service with a call that nothing ends: its statement is sent, and the database silent for longer than the test. */
async function stuckService(
  deadlineMs: number,
): Promise<{ service: ServiceProcess; stuck: Promise<Answer> }> {
  const service = await startService({
    DATABASE_URL: postgres.url,
    DATABASE_STATEMENT_TIMEOUT_MS: '60000',
    SHUTDOWN_DEADLINE_MS: String(deadlineMs),
  });
  await service.api.claim({ key: newKey() });
  await postgres.server.pause();
  const stuck = service.api.claim({ key: newKey() });
  await untilCarried(service.api, 2);
  return { service, stuck };
}

it('a call that does not finish is cut off at the deadline, and the exit code and the log say so', async () => {
  const { service, stuck } = await stuckService(500);
  const cut = expect(stuck).rejects.toMatchObject({ code: 'ECONNRESET' });
  const since = performance.now();
  expect(await service.end('SIGTERM')).toBe(1);
  const ms = performance.now() - since;
  expect(ms).toBeGreaterThanOrEqual(500);
  expect(ms).toBeLessThan(2_000);
  await cut;
  expect(service.log.at(-1)).toContain('cut off at the shutdown deadline');
});

it.each(['SIGTERM', 'SIGINT'] as const)('a second signal (%s) ends the process at once', async (signal) => {
  const { service, stuck } = await stuckService(60_000);
  const cut = expect(stuck).rejects.toMatchObject({ code: 'ECONNRESET' });
  service.child.kill('SIGTERM');
  await untilRefused(service.api.url);
  const since = performance.now();
  expect(await service.end(signal)).toBe(1);
  expect(performance.now() - since).toBeLessThan(1_000);
  await cut;
});
