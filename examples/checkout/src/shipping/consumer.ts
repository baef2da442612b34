import type { IdempotencyClient } from '@infra-services/idempotency-client';
import { reach } from '../crash-points/reach.js';
import type { DeliveryAnswer, OrderPaidMessage } from './message.js';
import type { ShippingStore } from './shipping-store.js';

export interface ConsumerDependencies {
  readonly client: IdempotencyClient;
  readonly store: ShippingStore;
  readonly leaseMs: number;
}

/** Takes a message that may come any number of times, several at once. Two effects, two needs, two means. */
export async function consume(
  message: OrderPaidMessage,
  dependencies: ConsumerDependencies,
): Promise<DeliveryAnswer> {
  const trackingNumber = await bookParcelOnce(message, dependencies);
  await sendMailAtMostOnce(message, dependencies);
  return { trackingNumber };
}

/**
 * It must happen: so it is claimed. A consumer that dies leaves an open claim, a later delivery takes over after the
 * lease. `takeover` is allowed, since booking a parcel that is booked finds it.
 */
async function bookParcelOnce(
  message: OrderPaidMessage,
  dependencies: ConsumerDependencies,
): Promise<string> {
  const { client, store, leaseMs } = dependencies;
  const { value } = await client.execute(
    { namespace: 'checkout.parcel', key: message.orderId, onLeaseExpiry: 'takeover', leaseMs },
    async () => {
      await reach('parcel-claimed');
      const trackingNumber = await store.bookParcel(message.orderId);
      await reach('parcel-booked');
      return trackingNumber;
    },
  );
  return value;
}

/**
 * It must not happen twice, and may be missed: so its message is deduplicated, which is one call and keeps no lease.
 * Who dies between `firstSeen` and the mail has used up the id: the mail is never sent.
 */
async function sendMailAtMostOnce(
  message: OrderPaidMessage,
  dependencies: ConsumerDependencies,
): Promise<void> {
  const first = await dependencies.client.firstSeen([message.id], { namespace: 'checkout.mail' });
  if (!first.has(message.id)) return;
  await reach('mail-deduplicated');
  await dependencies.store.sendMail(message.orderId);
  await reach('mail-sent');
}
