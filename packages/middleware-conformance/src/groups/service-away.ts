import { describe, expect, test } from 'vitest';
import type { DecisionEvent } from '@infra-services/idempotency-middleware';
import { problemCode } from '../test-client.js';
import type { World } from '../world.js';

const IMPATIENT = { retry: { maxAttempts: 1 }, timeoutMs: 1_000 };

/** No answer from the service never means yes. */
export function serviceAwayTests(world: World): void {
  describe('while the service is away', () => {
    test.each(['request-lost', 'answer-lost', 'unavailable'] as const)(
      'nothing runs (%s): 503 with Retry-After',
      async (fault) => {
        const app = await world.start({ client: IMPATIENT });
        world.proxy().fault = () => fault;
        const answer = await app.send({ key: world.newKey() });
        expect([answer.status, problemCode(answer)]).toEqual([503, 'IDEMPOTENCY_UNAVAILABLE']);
        expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
        expect(app.runs()).toBe(0);
      },
    );

    test('a route may choose to run unprotected, and says so', async () => {
      const events: DecisionEvent[] = [];
      const app = await world.start({
        client: IMPATIENT,
        options: { whenUnavailable: 'run' },
        hooks: { onDecision: (event) => void events.push(event) },
      });
      world.proxy().fault = () => 'request-lost';
      expect((await app.send({ key: world.newKey() })).status).toBe(201);
      expect(app.runs()).toBe(1);
      expect(events.map(({ kind }) => kind)).toEqual(['ran-unprotected']);
    });

    test('a tenant that cannot be told is no reason to run', async () => {
      const app = await world.start({
        options: { whenUnavailable: 'run' },
        middleware: { tenant: refusing },
      });
      const answer = await app.send({ key: world.newKey() });
      expect([answer.status, problemCode(answer)]).toEqual([500, 'IDEMPOTENCY_MISCONFIGURED']);
      expect(app.runs()).toBe(0);
    });
  });
}

function refusing(): never {
  throw new Error('no such tenant');
}
