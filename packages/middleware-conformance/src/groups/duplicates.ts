import { describe, expect, test } from 'vitest';
import { gate } from '../gate.js';
import { essence, problemCode, type Received } from '../test-client.js';
import type { AppUnderTest, World } from '../world.js';
import type { Fault } from '../fault-proxy.js';

const DUPLICATES = 50;
const text = { 'content-type': 'text/plain; charset=utf-8' };

/** Many identical requests at once, on a good day and on a bad one. */
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
      const answers = await fifty(app, world.newKey());
      expect(app.runs()).toBe(1);
      expectOneAnswer(answers);
    });

    test(
      'the same with calls lost, answers lost and 503s between here and the service',
      { timeout: 60_000 },
      async () => {
        const app = await world.start({
          options: { waitMs: 20_000 },
          client: PATIENT,
          handle: uniqueReply(),
        });
        const faults: Fault[] = [
          'answer-lost',
          undefined,
          'request-lost',
          undefined,
          'unavailable',
          undefined,
          undefined,
        ];
        let call = 0;
        world.proxy().fault = () => faults[(call += 1) % faults.length];
        const keys = [world.newKey(), world.newKey(), world.newKey(), world.newKey()];
        const answers = await Promise.all(keys.map((key) => fifty(app, key)));
        expect(app.runs()).toBe(keys.length);
        for (const each of answers) expectOneAnswer(each);
      },
    );

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
      const answers = fifty(app, world.newKey());
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

const PATIENT = { retry: { maxAttempts: 100, maxElapsedMs: 30_000, maxDelayMs: 500 } };

function fifty(app: AppUnderTest, key: string): Promise<Received[]> {
  return Promise.all(Array.from({ length: DUPLICATES }, () => app.send({ key, body: { amount: 5 } })));
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

function expectOneAnswer(answers: readonly Received[]): void {
  expect(answers).toHaveLength(DUPLICATES);
  expect(new Set(answers.map(essence)).size).toBe(1);
  expect(answers[0]?.status).toBe(201);
  const firsts = answers.filter(({ headers }) => headers['idempotent-replayed'] === undefined);
  expect(firsts).toHaveLength(1);
}
