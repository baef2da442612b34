import { setTimeout as pause } from 'node:timers/promises';
import type { Checkout } from './checkout.js';
import type { OrderStore } from './order-store.js';

/** At the start, and from then on again and again: every order that is not settled goes on. */
export async function recoverOrders(
  store: OrderStore,
  checkout: Checkout,
  intervalMs: number,
): Promise<never> {
  for (;;) {
    const open = await store.open();
    await Promise.all(open.map((id) => checkout.continueOrder(id)));
    await pause(intervalMs);
  }
}
