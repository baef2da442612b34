import type { DeliveryAnswer, OrderPaidMessage } from '../shipping/message.js';
import type { Order } from './order.js';

/** Shipping gave no usable answer: it has the message, or has it not. */
class ShippingUnreachable extends Error {
  override readonly name = 'ShippingUnreachable';
}

const TIMEOUT_MS = 5_000;

/** The way to shipping. The order's state `paid` is the outbox: the message is sent again until it is answered. */
export class Shipping {
  constructor(private readonly baseUrl: string) {}

  /**
   * Delivers the message three times at once: a source that is at least once, on one of its bad days. Returns the
   * parcel's tracking number. Throws `ShippingUnreachable`.
   */
  async orderPaid(order: Order): Promise<string> {
    // The id says what happened, not when it was sent: the same for every delivery and after every restart.
    const message = { id: `order-paid:${order.id}`, orderId: order.id };
    const deliver = (): Promise<DeliveryAnswer> => this.deliver(message);
    const [{ trackingNumber }] = await Promise.all([deliver(), deliver(), deliver()]);
    return trackingNumber;
  }

  private async deliver(message: OrderPaidMessage): Promise<DeliveryAnswer> {
    try {
      const response = await fetch(new URL('/messages', this.baseUrl), {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(message),
        signal: AbortSignal.timeout(TIMEOUT_MS),
      });
      if (response.status !== 200) throw new Error(`It answered ${response.status}.`);
      return (await response.json()) as DeliveryAnswer;
    } catch (cause) {
      throw new ShippingUnreachable(`No answer to the message ${message.id}.`, { cause });
    }
  }
}
