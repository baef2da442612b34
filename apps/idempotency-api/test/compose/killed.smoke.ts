import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { RetryingCaller } from '../support/retrying-caller.js';
import { API_URL, compose, removeAll } from './compose.js';

const CALLERS = 16;
/** Acknowledged answers before a container is killed: it dies at work. */
const AT_WORK = 500;
/** Calls are repeated for a minute and a half: longer than any of the three takes to come back. */
const ATTEMPTS = 400;

beforeAll(async () => {
  await removeAll();
  await compose('up', '--build', '--wait');
});

afterAll(removeAll);

it.each(['api', 'db', 'redis'])(
  '`docker compose kill %s` under load, and up again: nothing acknowledged is lost',
  async (victim) => {
    const api = new ApiClient(API_URL);
    let acknowledged = 0;
    const load = new Load(() => acknowledged++);
    const caller = new RetryingCaller(load, [api], ATTEMPTS);
    let goesOn = true;
    const running = load.run(CALLERS, async (operation) => {
      await caller.settle(operation);
      return goesOn;
    });
    await vi.waitUntil(() => acknowledged > AT_WORK, { timeout: 60_000, interval: 5 });

    await compose('kill', victim);
    await compose('up', '--wait');
    const afterwards = acknowledged + AT_WORK;
    await vi.waitUntil(() => acknowledged > afterwards, { timeout: 60_000, interval: 5 });
    goesOn = false;
    await running;

    expect(load.unsettled).toEqual([]);
    await expectNothingLost(api, load.ledger);
    api.close();
  },
);
