import { crashPoints, type CrashPoint } from '../crash-points/crash-points.js';
import type { Announcement } from '../process/announce.js';
import { DECLINED_CARD } from '../provider/http.js';
import type { Child, Fate } from './child.js';
import type { Customer } from './customer.js';
import type { World } from './world.js';

/** One way to be killed. */
export interface Scenario {
  readonly name: string;
  /** The points at which a process kills itself in it. */
  readonly crashes: readonly CrashPoint[];
  /** The card of all its orders; absent: one that pays. */
  readonly card?: string;
  /** Charges that come too late and must be refused; absent: none. */
  readonly lateCharges?: number;
  /** Whether the Idempotency API is killed while orders go on: an answer that got lost may have been a message's only `first`. */
  readonly losesAnswers?: true;
  /** Places the orders and does the killing. All that it killed runs again when it is over, the orders service perhaps. */
  kill(world: World, customer: Customer): Promise<void>;
}

/** What must have happened before some points are reached at all. */
const after: Partial<Record<CrashPoint, readonly CrashPoint[]>> = {
  'recovery-asked': ['fence-raised', 'charge-answered'],
  'recovery-resolved': ['fence-raised', 'charge-answered'],
};

/** Points that only a declined card leads to. */
const needDecline: readonly CrashPoint[] = ['decline-recorded', 'order-declined'];

/** Points that are reached only if the Idempotency API cannot be told the outcome. */
const needApiAway: readonly CrashPoint[] = ['outcome-not-recorded', 'outcome-kept'];

/** Every point once, and once for each thing that may have happened before it. */
export const scenarios: readonly Scenario[] = [
  ...(Object.keys(crashPoints) as CrashPoint[]).flatMap((point) => {
    if (needApiAway.includes(point)) return [apiAwayAt('charge-checkpointed', point)];
    if (needDecline.includes(point)) return [declined(killedAt(point))];
    return (after[point] ?? [null]).map((earlier) => killedAt(...(earlier ? [earlier, point] : [point])));
  }),
  killedAt('fence-raised', 'recovery-resolved', 'charge-answered'),
  killedAt('claim-granted', 'claim-granted', 'charge-answered', 'recovery-asked', 'outcome-recorded'),
  declined(killedAt('fence-raised')),
  apiAwayAt('order-charging'),
  apiAwayAt('fence-raised'),
  apiAwayAt('charge-answered'),
  apiRestartedAt('charge-checkpointed'),
  chargeInFlight(),
];

/** Killed at the first point, started again, killed at the second one, … */
function killedAt(...crashes: CrashPoint[]): Scenario {
  return {
    name: crashes.join(', then '),
    crashes,
    kill: async (world, customer) => {
      let placed: Promise<void> | null = null;
      for (const crashAt of crashes) {
        const { process } = crashPoints[crashAt];
        const doomed = world[process];
        await doomed.kill();
        await doomed.start({ crashAt });
        if (!world.orders.running) await world.orders.start();
        placed ??= customer.place(world.orders.url);
        await doomed.diesAt(crashAt);
        if (process !== 'orders') {
          await world.orders.hears(leftOpenByRecovery);
          await doomed.start();
        }
      }
      await placed;
    },
  };
}

function declined(scenario: Scenario): Scenario {
  return { ...scenario, name: `${scenario.name}, card declined`, card: DECLINED_CARD };
}

/** Once by the call that met the dead process, and once more by recovery, which met it too and left it at that. */
function leftOpenByRecovery(all: readonly Announcement[]): boolean {
  const ids = all.flatMap((one) => (one.kind === 'left-open' ? [one.orderId] : []));
  return new Set(ids).size < ids.length;
}

/** The Idempotency API is killed while an order is at that point, and comes back when the orders service has given up. */
function apiAwayAt(pauseAt: CrashPoint, crashAt?: CrashPoint): Scenario {
  return apiKilledAt(
    `Idempotency API away at ${pauseAt}${crashAt ? `, then ${crashAt}` : ''}`,
    crashAt ? { pauseAt, crashAt } : { pauseAt },
    (orders) =>
      crashAt ? orders.diesAt(crashAt) : orders.hears((all) => all.some(({ kind }) => kind === 'left-open')),
  );
}

/** The Idempotency API is killed while an order is at that point, and comes back while it is asked again and again. */
function apiRestartedAt(pauseAt: CrashPoint): Scenario {
  return apiKilledAt(`Idempotency API restarted at ${pauseAt}`, { pauseAt }, () => Promise.resolve());
}

function apiKilledAt(
  name: string,
  fate: Fate & { pauseAt: CrashPoint },
  untilItComesBack: (orders: Child) => Promise<void>,
): Scenario {
  return {
    name,
    crashes: fate.crashAt ? [fate.crashAt] : [],
    losesAnswers: true,
    kill: async ({ api, orders }, customer) => {
      await orders.start(fate);
      const placed = customer.place(orders.url);
      await orders.pausedAt(fate.pauseAt);
      await api.kill();
      orders.continue();
      await untilItComesBack(orders);
      await api.start();
      await placed;
    },
  };
}

/**
 * The worst one: the orders service dies while its charge is under way, and the charge arrives after recovery has
 * asked, been told "no charge" and charged again. The provider refuses the late one by its fencing token.
 */
function chargeInFlight(): Scenario {
  return {
    name: 'orders, with a charge in flight that arrives late',
    crashes: [],
    lateCharges: 1,
    kill: async (world, customer) => {
      const { orders, provider } = world;
      await provider.kill();
      await provider.start({ pauseAt: 'provider-charge-received' });
      await orders.start();
      const placed = customer.place(orders.url);
      await provider.pausedAt('provider-charge-received');
      await orders.kill();
      await placed;
      await orders.start();
      await customer.untilSettled(orders.url);
      provider.continue();
    },
  };
}
