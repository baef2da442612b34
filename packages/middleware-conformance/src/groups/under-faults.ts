import { setTimeout as pause } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Reply } from '../adapter.js';
import type { Fault } from '../fault-proxy.js';
import { DUPLICATES, expectOneAnswer, identicalRequests, PATIENT } from '../identical-requests.js';
import type { World } from '../world.js';

const KEYS = 64;
/** 200 requests are under way at a time. */
const KEYS_AT_ONCE = 4;
/** The service is killed when that many keys have been begun. */
const KILLS_AT = new Set([20, 45]);

/** Three calls in ten meet one of these on their way to the service. A prime number, so that no retry meets its like. */
const FAULTS: readonly Fault[] = Array.from({ length: 41 }, (_, index) => {
  if (index % 10 === 0) return 'answer-lost';
  if (index % 10 === 3) return 'request-lost';
  if (index % 10 === 5) return 'unavailable';
  return index % 10 === 8 ? 'late' : undefined;
});

/** Thousands of requests to two processes' worth of applications, while all goes wrong between them and the service. */
export function underFaultsTests(world: World): void {
  const title = `of ${KEYS} times ${DUPLICATES} identical requests under faults, one runs a key, and all are given what is stored`;
  test(title, { timeout: 180_000 }, async () => {
    const runs = new Map<string, number>();
    const handle = async ({ body }: { readonly body: unknown }): Promise<Reply> => {
      const { order } = body as { readonly order: string };
      const run = (runs.get(order) ?? 0) + 1;
      runs.set(order, run);
      await pause(10);
      return {
        status: 201,
        headers: { 'content-type': 'text/plain; charset=utf-8', location: `/orders/${order}/${run}` },
        body: `run ${run} of ${order}`,
      };
    };
    const route = { options: { namespace, waitMs: 30_000, leaseMs: 60_000 }, client: PATIENT, handle };
    const apps = [await world.start(route), await world.start(route)];
    const met = new Map<Fault, number>();
    let calls = 0;
    world.proxy().fault = () => {
      const fault = FAULTS[(calls += 1) % FAULTS.length];
      met.set(fault, (met.get(fault) ?? 0) + 1);
      return fault;
    };

    const keys = Array.from({ length: KEYS }, () => world.newKey());
    let begun = 0;
    const oneAfterAnother = async (): Promise<void> => {
      for (let key = keys[begun++]; key !== undefined; key = keys[begun++]) {
        const answers = identicalRequests(apps, key, { order: key });
        if (KILLS_AT.has(begun)) {
          await world.service().kill();
          await world.service().start();
        }
        const [answer] = await answers;
        expectOneAnswer(await answers);
        const record = await world.client().get({ namespace, key });
        expect(record).toMatchObject({
          state: 'completed',
          outcome: {
            status: answer?.status,
            headers: { location: answer?.headers.location },
            body: answer?.bytes.toString(),
          },
        });
      }
    };
    await Promise.all(Array.from({ length: KEYS_AT_ONCE }, oneAfterAnother));

    expect([...runs.keys()].sort()).toEqual([...keys].sort());
    expect([...runs].filter(([, count]) => count !== 1)).toEqual([]);
    for (const fault of FAULTS) expect(met.get(fault)).toBeGreaterThan(KEYS);
  });
}

const namespace = 'under-faults';
