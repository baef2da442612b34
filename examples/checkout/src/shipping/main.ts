import { IdempotencyClient } from '@infra-services/idempotency-client';
import pg from 'pg';
import { readSettings } from '../process/settings.js';
import { serve } from '../process/serve.js';
import { shippingApp } from './http.js';
import { ShippingStore } from './shipping-store.js';

const settings = readSettings('DATABASE_URL', 'PORT', 'IDEMPOTENCY_URL', 'LEASE_MS');
const store = new ShippingStore(new pg.Pool({ connectionString: settings.DATABASE_URL }));
await store.createSchema();
const client = new IdempotencyClient({ baseUrl: settings.IDEMPOTENCY_URL, owner: `shipping-${process.pid}` });
await serve(shippingApp({ client, store, leaseMs: Number(settings.LEASE_MS) }), Number(settings.PORT));
