import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ApiClient } from '../support/api-client.js';
import { expectNothingLost, Load } from '../support/faults-load.js';
import { RetryingCaller } from '../support/retrying-caller.js';
import { buildProxy, compose, PROXY_URL, removeAll } from './compose.js';

const CALLERS = 16;
const REPLICAS = ['replica-1', 'replica-2', 'replica-3'];

beforeAll(async () => {
  await removeAll();
  await buildProxy();
  await compose('--profile', 'scale', 'up', '--build', '--wait');
});

afterAll(removeAll);

it('three replicas behind the proxy are made anew one by one under load: no call fails for good, nothing is lost', async () => {
  const api = new ApiClient(PROXY_URL);
  let acknowledged = 0;
  const load = new Load(() => acknowledged++);
  const caller = new RetryingCaller(load, [api]);
  let isRolling = true;
  const running = load.run(CALLERS, async (operation) => {
    await caller.settle(operation);
    return isRolling;
  });
  const untilServed = async (count: number): Promise<void> => {
    const goal = acknowledged + count;
    await vi.waitUntil(() => acknowledged > goal, { timeout: 60_000, interval: 5 });
  };

  await untilServed(200);
  for (const replica of REPLICAS) {
    await compose('--profile', 'scale', 'up', '--no-deps', '--force-recreate', '--wait', replica);
    await untilServed(200);
  }
  isRolling = false;
  await running;

  expect(load.unsettled).toEqual([]);
  await expectNothingLost(api, load.ledger);
  api.close();
});
