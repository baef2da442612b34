import { crashPoints } from '../crash-points/crash-points.js';
import type { OrderState } from '../orders/order.js';
import { DECLINED_CARD } from '../provider/http.js';
import { booksOf, type Books } from './books.js';
import { Customer } from './customer.js';
import { eventually } from './deadline.js';
import type { Scenario } from './scenarios.js';
import type { World } from './world.js';

/** Enough that the others are somewhere else when one gets to the point. */
const ORDERS = 3;

/** What is left of a scenario when all is settled. */
export interface Result {
  readonly scenario: Scenario;
  readonly orders: readonly SettledOrder[];
  readonly elapsedMs: number;
  /** What did not hold; empty if all did. */
  readonly violations: readonly string[];
}

interface SettledOrder extends Books {
  readonly id: string;
  readonly state: OrderState;
}

/** Kills, recovers, waits until every order is settled, and reads the books. Leaves no orders service behind. */
export async function runScenario(world: World, scenario: Scenario, number: number): Promise<Result> {
  const startedAt = performance.now();
  const customer = new Customer(`s${number}`, ORDERS, scenario.card);
  await scenario.kill(world, customer);
  if (!world.orders.running) await world.orders.start();
  const settled = await customer.untilSettled(world.orders.url);
  const orders = await eventually('late charges to be refused', async () => {
    const all = await Promise.all(
      settled.map(async ({ id, state }) => ({ id, state, ...(await booksOf(world, id)) })),
    );
    return total(all, 'refusals') >= (scenario.lateCharges ?? 0) ? all : null;
  });
  await world.orders.kill();
  return {
    scenario,
    orders,
    elapsedMs: performance.now() - startedAt,
    violations: violations(scenario, orders),
  };
}

function violations(scenario: Scenario, orders: readonly SettledOrder[]): string[] {
  const { card, lateCharges = 0 } = scenario;
  const [state, once] = card === DECLINED_CARD ? ['declined', 0] : ['shipped', 1];
  const mails = orders.reduce((sum, order) => sum + order.mails, 0);
  const refused = total(orders, 'refusals');
  return [
    ...orders.flatMap((order) => [
      ...(order.state === state ? [] : [`${order.id} is ${order.state}`]),
      ...(order.charges.length === once ? [] : [`${order.id} has ${order.charges.length} charges`]),
      ...(order.parcels === once ? [] : [`${order.id} has ${order.parcels} parcels`]),
      ...(order.mails <= once ? [] : [`${order.id} has ${order.mails} mails`]),
    ]),
    ...(mailsAsPromised(scenario, mails, once * orders.length)
      ? []
      : [`${mails} mails for ${orders.length} orders`]),
    ...(refused === lateCharges ? [] : [`${refused} charges were refused`]),
  ];
}

/**
 * Mails are the only effect that may be missing: any that was between `firstSeen` and its sending when shipping died, or
 * whose `firstSeen` got no answer.
 */
function mailsAsPromised({ crashes, losesAnswers }: Scenario, mails: number, all: number): boolean {
  if (crashes.includes('mail-deduplicated')) return mails < all;
  // Not the mail of the order that was stopped on its way: it is shipped when the API is back.
  if (losesAnswers) return mails <= all && (all === 0 || mails > 0);
  return mails === all || crashes.some((point) => crashPoints[point].process === 'shipping');
}

/** How many of a kind the orders have together. */
export function total(orders: readonly SettledOrder[], kind: 'charges' | 'refusals'): number {
  return orders.reduce((sum, order) => sum + order[kind].length, 0);
}
