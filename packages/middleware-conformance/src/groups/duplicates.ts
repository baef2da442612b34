import { describe, expect, test } from 'vitest';
import { gate } from '../gate.js';
import { expectOneAnswer, identicalRequests, PATIENT } from '../identical-requests.js';
import { problemCode } from '../test-client.js';
import type { World } from '../world.js';

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Many identical requests at once, and the service restarted meanwhile. */
export function duplicateTests(world: World): void {
  describe('identical requests at once', () => {
    test('a duplicate is told that the first one is in flight, and when to come again', async () => {
      const [entered, finish] = [gate(), gate()];
      const app = await world.start({
        handle: async () => {
          entered.open();
          await finish.opened;
          return { status: 201, headers: text, body: 'made' };
        },
      });
      const key = world.newKey();
      const first = app.send({ key });
      await entered.opened;
      const duplicate = await app.send({ key });
      expect([duplicate.status, problemCode(duplicate)]).toEqual([409, 'REQUEST_IN_FLIGHT']);
      expect(Number(duplicate.headers['retry-after'])).toBeGreaterThan(0);
      const other = await app.send({ key, body: { other: true } });
      expect(problemCode(other)).toBe('KEY_REUSED');
      finish.open();
      expect((await first).status).toBe(201);
      expect(app.runs()).toBe(1);
    });

    test('fifty duplicates that wait: the handler runs once and all are given the same bytes', async () => {
      const app = await world.start({ options: { waitMs: 15_000 }, handle: uniqueReply() });
      const answers = await identicalRequests([app], world.newKey());
      expect(app.runs()).toBe(1);
      expectOneAnswer(answers);
    });

    test('the same with the service killed and started again meanwhile', { timeout: 60_000 }, async () => {
      const entered = gate();
      const restarted = gate();
      const reply = uniqueReply();
      const app = await world.start({
        options: { waitMs: 20_000, leaseMs: 60_000 },
        client: PATIENT,
        handle: async () => {
          entered.open();
          await restarted.opened;
          return reply();
        },
      });
      const answers = identicalRequests([app], world.newKey());
      await entered.opened;
      await world.service().kill();
      // The handler ends while the service is away: completion and waiters have to get over it.
      restarted.open();
      await world.service().start();
      expectOneAnswer(await answers);
      expect(app.runs()).toBe(1);
    });
  });
}

/** Another answer for each run: two runs could not be taken for one. */
function uniqueReply() {
  let count = 0;
  return () => {
    count += 1;
    return {
      status: 201,
      headers: { ...text, location: `/orders/${count}` },
      body: `${count} ${'\u00fc'.repeat(500)}`,
    };
  };
}
