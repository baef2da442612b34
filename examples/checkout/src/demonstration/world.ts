import { startLocalService, type LocalService } from '@infra-services/local-service';
import { Child } from './child.js';
import { createDatabases } from './databases.js';

/** Everything that runs: the Idempotency API, the provider, shipping, and the orders service once it is started. */
export interface World {
  readonly api: LocalService;
  readonly provider: Child;
  readonly shipping: Child;
  /** Not started: what it is to die of is for the scenario to say. */
  readonly orders: Child;
  /** One more orders service on the same database, for races between two. */
  anotherOrders(): Child;
  stop(): Promise<void>;
}

/** Short, so that the demonstration is: it is the time that recovery waits before it takes an executor for dead. */
const LEASE_MS = 1_000;

/** How long the orders service repeats its calls to the Idempotency API; short for the same reason. */
const API_PATIENCE_MS = 1_000;

const RECOVERY_INTERVAL_MS = 100;

/** Starts all but the orders service, on a PostgreSQL that runs. Whoever starts it stops it. */
export async function startWorld(postgresUrl: string): Promise<World> {
  const databases = await createDatabases(postgresUrl);
  const api = await startLocalService({ postgresUrl });
  const provider = new Child('provider', { DATABASE_URL: databases.provider });
  const shipping = new Child('shipping', {
    DATABASE_URL: databases.shipping,
    IDEMPOTENCY_URL: api.url,
    LEASE_MS: String(LEASE_MS),
  });
  await Promise.all([provider.start(), shipping.start()]);
  const started: Child[] = [];
  const anotherOrders = (): Child => {
    const orders = new Child('orders', {
      DATABASE_URL: databases.orders,
      IDEMPOTENCY_URL: api.url,
      PROVIDER_URL: provider.url,
      SHIPPING_URL: shipping.url,
      LEASE_MS: String(LEASE_MS),
      API_PATIENCE_MS: String(API_PATIENCE_MS),
      RECOVERY_INTERVAL_MS: String(RECOVERY_INTERVAL_MS),
    });
    started.push(orders);
    return orders;
  };
  return {
    api,
    provider,
    shipping,
    orders: anotherOrders(),
    anotherOrders,
    stop: async () => {
      await Promise.all([provider, shipping, ...started].map((child) => child.kill()));
      await api.stop();
      await databases.remove();
    },
  };
}
