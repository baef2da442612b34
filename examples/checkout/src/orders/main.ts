import { IdempotencyClient } from '@infra-services/idempotency-client';
import pg from 'pg';
import { readSettings } from '../process/settings.js';
import { serve } from '../process/serve.js';
import { Checkout } from './checkout.js';
import { ordersApp } from './http.js';
import { OrderStore } from './order-store.js';
import { PaymentProvider } from './payment-provider.js';
import { recoverOrders } from './recovery.js';
import { Shipping } from './shipping.js';

const settings = readSettings(
  'DATABASE_URL',
  'PORT',
  'IDEMPOTENCY_URL',
  'PROVIDER_URL',
  'SHIPPING_URL',
  'LEASE_MS',
  'API_PATIENCE_MS',
  'RECOVERY_INTERVAL_MS',
);

/** How long any call to the Idempotency API goes on when it gets no answer. */
const patienceMs = Number(settings.API_PATIENCE_MS);

const store = new OrderStore(new pg.Pool({ connectionString: settings.DATABASE_URL }));
await store.createSchema();
const checkout = new Checkout({
  store,
  client: new IdempotencyClient({
    baseUrl: settings.IDEMPOTENCY_URL,
    owner: `orders-${process.pid}`,
    retry: { maxElapsedMs: patienceMs },
    completionBudgetMs: patienceMs,
  }),
  provider: new PaymentProvider(settings.PROVIDER_URL),
  shipping: new Shipping(settings.SHIPPING_URL),
  leaseMs: Number(settings.LEASE_MS),
});

await serve(ordersApp(store, checkout), Number(settings.PORT));
// What it cannot survive, its own database being away, ends the process: whoever supervises it starts it again.
await recoverOrders(store, checkout, Number(settings.RECOVERY_INTERVAL_MS));
