import type { NewOrder, Order } from '../orders/order.js';
import { eventually } from './deadline.js';

/** Somebody who wants to know how the order went, and asks until it is settled. */
export class Customer {
  readonly orders: readonly NewOrder[];

  /** Orders named after the scenario, so that each scenario has its own. */
  constructor(name: string, count: number, card = 'tok_visa') {
    this.orders = Array.from({ length: count }, (_, index) => ({
      id: `${name}-${index + 1}`,
      amountCents: 1_000 + index,
      card,
    }));
  }

  /** Places all orders at once. A service that dies meanwhile is not the customer's business: it asks again. */
  async place(ordersUrl: string): Promise<void> {
    await Promise.all(this.orders.map((order) => place(ordersUrl, order).catch(() => null)));
  }

  /** Places the orders again, the very same ones, and looks until all of them are settled. */
  async untilSettled(ordersUrl: string): Promise<Order[]> {
    return Promise.all(
      this.orders.map((order) =>
        eventually(`order ${order.id} to be settled`, async () => {
          const { status, answer } = await place(ordersUrl, order);
          if (status > 202) throw new Error(`Order ${order.id} was answered ${status}.`);
          return status === 200 ? answer : null;
        }),
      ),
    );
  }
}

async function place(ordersUrl: string, order: NewOrder): Promise<{ status: number; answer: Order }> {
  const response = await fetch(new URL('/orders', ordersUrl), {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(order),
  });
  return { status: response.status, answer: (await response.json()) as Order };
}
