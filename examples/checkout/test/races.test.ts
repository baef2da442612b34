import { IdempotencyClient } from '@infra-services/idempotency-client';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { booksOf } from '../src/demonstration/books.js';
import { Customer } from '../src/demonstration/customer.js';
import { eventually } from '../src/demonstration/deadline.js';
import { startWorld, type World } from '../src/demonstration/world.js';

const namespace = 'checkout.charge';

/** The client tries for half a minute to store what happened before it says that it could not. */
const GIVING_UP_MS = 90_000;

// Its steps wait for up to a minute each.
vi.setConfig({ testTimeout: 120_000 });

let world: World;
let records: IdempotencyClient;

beforeAll(async () => {
  world = await startWorld(inject('postgresUrl'));
  records = new IdempotencyClient({ baseUrl: world.api.url });
});

afterAll(() => world.stop());

async function one(name: string): Promise<{ customer: Customer; id: string }> {
  const customer = new Customer(name, 1);
  await world.orders.kill();
  return { customer, id: customer.orders[0]!.id };
}

async function untilUnknown(key: string): Promise<void> {
  await eventually('an unknown outcome', async () => {
    const record = await records.get({ namespace, key });
    return record?.state === 'outcome_unknown' ? record : null;
  });
}

describe('recovery', () => {
  it('lets a charge in flight never land after it was told that there is none', async () => {
    const { customer, id } = await one('in-flight');
    await world.provider.kill();
    await world.provider.start({ pauseAt: 'provider-charge-received' });
    await world.orders.start();
    const placed = customer.place(world.orders.url);
    await world.provider.pausedAt('provider-charge-received');
    const first = await records.get({ namespace, key: id });
    await world.orders.kill();
    await placed;

    await world.orders.start();
    await customer.untilSettled(world.orders.url);
    world.provider.continue();
    const books = await eventually('the late charge to be refused', async () => {
      const now = await booksOf(world, id);
      return now.refusals.length > 0 || now.charges.length > 1 ? now : null;
    });
    expect(books.refusals.map(({ fencingToken }) => fencingToken)).toEqual([first!.fencingToken]);
    expect(books.charges).toHaveLength(1);
    expect(books.charges[0]!.fencingToken).toBeGreaterThan(first!.fencingToken);
  });

  it('neither resolves nor charges while the provider cannot be asked', async () => {
    const { customer, id } = await one('cannot-ask');
    await world.provider.kill();
    await world.provider.start({ crashAt: 'provider-charge-committed' });
    await world.orders.start();
    const placed = customer.place(world.orders.url);
    await world.provider.diesAt('provider-charge-committed');
    await placed;
    // The charge's own failure, then recovery's rounds.
    await world.orders.hears(
      (all) =>
        all.filter((seen) => seen.kind === 'left-open' && seen.because === 'ProviderUnreachable').length > 3,
    );
    expect(await records.get({ namespace, key: id })).toMatchObject({ state: 'outcome_unknown', attempt: 1 });

    await world.provider.start();
    const [order] = await customer.untilSettled(world.orders.url);
    const { charges } = await booksOf(world, id);
    expect(charges.map(({ chargeId }) => chargeId)).toEqual([order!.chargeId]);
    expect(await records.get({ namespace, key: id })).toMatchObject({ state: 'completed', attempt: 1 });
  });

  it('charges nobody twice when it resolves by an answer that another recovery has outdated', async () => {
    const { customer, id } = await one('outdated');
    await world.orders.start({ crashAt: 'fence-raised' });
    const placed = customer.place(world.orders.url);
    await world.orders.diesAt('fence-raised');
    await placed;
    // It is told "no charge", rightly, and stalls before it resolves.
    await world.orders.start({ pauseAt: 'recovery-asked' });
    await world.orders.pausedAt('recovery-asked');
    // Another one resolves, charges and dies.
    const other = world.anotherOrders();
    await other.start({ crashAt: 'charge-answered' });
    await other.diesAt('charge-answered');
    await untilUnknown(id);

    world.orders.continue();
    await customer.untilSettled(world.orders.url);
    expect((await booksOf(world, id)).charges).toHaveLength(1);
    // The outdated `retry` was taken, so it was the third attempt's own look that found the charge.
    expect(await records.get({ namespace, key: id })).toMatchObject({ state: 'completed', attempt: 3 });
  });

  it(
    'completes the claim with the outcome that the Idempotency API could not be told',
    { timeout: GIVING_UP_MS },
    async () => {
      const { customer, id } = await one('not-told');
      await world.orders.start({ pauseAt: 'charge-checkpointed', crashAt: 'outcome-kept' });
      const placed = customer.place(world.orders.url);
      await world.orders.pausedAt('charge-checkpointed');
      await world.api.kill();
      world.orders.continue();
      await world.orders.diesAt('outcome-kept');
      await placed;
      await world.api.start();
      await world.orders.start();
      const [order] = await customer.untilSettled(world.orders.url);
      expect(await records.get({ namespace, key: id })).toMatchObject({
        state: 'completed',
        attempt: 1,
        outcome: { body: { chargeId: order!.chargeId } },
      });
      expect((await booksOf(world, id)).charges).toHaveLength(1);
    },
  );
});

describe('an order', () => {
  it('is charged once, however often its customer asks at the same time', async () => {
    const { customer, id } = await one('impatient');
    await world.orders.start();
    const settled = await Promise.all(
      Array.from({ length: 20 }, () => customer.untilSettled(world.orders.url)),
    );
    expect(new Set(settled.map(([order]) => order!.chargeId)).size).toBe(1);
    expect(await booksOf(world, id)).toMatchObject({ charges: [{ orderId: id }], parcels: 1, mails: 1 });
  });

  it('is refused under the id of another one', async () => {
    const { customer } = await one('same-id');
    await world.orders.start();
    await customer.untilSettled(world.orders.url);
    const response = await fetch(`${world.orders.url}/orders`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ ...customer.orders[0]!, amountCents: 1 }),
    });
    expect(response.status).toBe(422);
  });
});
