import { describe, expect, test, vi } from 'vitest';
import type { ShadowEvent } from '@infra-services/idempotency-middleware';
import type { World } from '../world.js';

/** Reports are made beside the request, on a machine that may be busy. */
const LATE = { timeout: 10_000 };

/** Shadow mode reports and does nothing. */
export function shadowTests(world: World): void {
  describe('shadow mode', () => {
    test('runs duplicates, and reports what would have been replayed or refused', async () => {
      const { app, events, reported } = await shadowed(world);
      const key = world.newKey();
      await app.send({ key, body: { n: 1 } });
      await reported('would-execute');
      // The report of the first request is made beside it: the second one comes when its record is complete.
      await vi.waitFor(async () => {
        await app.send({ key, body: { n: 1 } });
        expect(events.map(({ kind }) => kind)).toContain('would-replay');
      }, LATE);
      const different = await app.send({ key, body: { n: 2 } });
      await vi.waitFor(() => expect(events.map(({ code }) => code)).toContain('KEY_REUSED'), LATE);
      const without = await app.send({ body: {} });
      expect(events.map(({ code }) => code)).toContain('IDEMPOTENCY_KEY_MISSING');
      expect([different.status, without.status]).toEqual([201, 201]);
      expect(app.runs()).toBeGreaterThanOrEqual(4);
    });

    test('neither waits for the service nor fails with it', async () => {
      const { app, events } = await shadowed(world);
      world.proxy().fault = () => 'hang';
      const answer = await app.send({ key: world.newKey() });
      expect([answer.status, answer.headers['idempotent-replayed'], events]).toEqual([201, undefined, []]);
      expect(app.runs()).toBe(1);
    });

    test('reports that the service is away', async () => {
      const { app, events } = await shadowed(world, { retry: { maxAttempts: 1 } });
      world.proxy().fault = () => 'request-lost';
      expect((await app.send({ key: world.newKey() })).status).toBe(201);
      await vi.waitFor(
        () => expect(events.map(({ code }) => code)).toEqual(['IDEMPOTENCY_UNAVAILABLE']),
        LATE,
      );
    });

    test('leaves nothing behind that is met once the route is enforced', async () => {
      const { app, reported } = await shadowed(world);
      const key = world.newKey();
      await app.send({ key, body: {} });
      await reported('would-execute');
      const enforced = await world.start();
      const answer = await enforced.send({ key, body: {} });
      expect([answer.status, answer.headers['idempotent-replayed']]).toEqual([201, undefined]);
    });
  });
}

async function shadowed(world: World, client = {}) {
  const events: ShadowEvent[] = [];
  const app = await world.start({
    client,
    options: { mode: 'shadow' },
    hooks: { onShadow: (event) => void events.push(event) },
  });
  const reported = (kind: ShadowEvent['kind']) =>
    vi.waitFor(() => expect(events.map((event) => event.kind)).toContain(kind), LATE);
  return { app, events, reported };
}
