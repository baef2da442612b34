import {
  ClaimLostError,
  OutcomeNotRecordedError,
  OutcomeUnknownError,
  RecordNotFoundError,
  StoredFailure,
} from '@infra-services/idempotency-client';
import { announce } from '../process/announce.js';
import { reach } from '../crash-points/reach.js';
import { CHARGE_NAMESPACE, chargeOrder, type ChargeDependencies } from './charge.js';
import type { Order, UnrecordedOutcome } from './order.js';
import type { OrderStore } from './order-store.js';
import type { Shipping } from './shipping.js';
import { resolveUnknownCharge } from './unknown-outcome.js';

export interface CheckoutDependencies extends ChargeDependencies {
  readonly store: OrderStore;
  readonly shipping: Shipping;
}

/** Leads orders from wherever they are to where they are settled. */
export class Checkout {
  /** One walk an order within this process; other replicas are kept apart by the order's claim. */
  private readonly underway = new Map<string, Promise<Order>>();

  constructor(private readonly dependencies: CheckoutDependencies) {}

  /**
   * Goes on with the order as far as it gets now. Never rejects for what recovery will try again: the order is then
   * answered as it is, open, and why is announced.
   */
  continueOrder(id: string): Promise<Order> {
    const running = this.underway.get(id);
    if (running) return running;
    const walk = this.walk(id).finally(() => this.underway.delete(id));
    this.underway.set(id, walk);
    return walk;
  }

  private async walk(id: string): Promise<Order> {
    try {
      for (;;) {
        const order = await this.find(id);
        switch (order.state) {
          case 'received':
            await this.dependencies.store.startCharging(id);
            await reach('order-charging');
            break;
          case 'charging':
            await this.pay(order);
            break;
          case 'paid':
            await this.ship(order);
            break;
          case 'shipped':
          case 'declined':
            return order;
        }
      }
    } catch (error) {
      announce({ kind: 'left-open', orderId: id, because: error instanceof Error ? error.name : 'unknown' });
      return this.find(id);
    }
  }

  private async pay(order: Order): Promise<void> {
    const { client, provider, store } = this.dependencies;
    if (order.unrecorded) await this.recordOutcome(order.id, order.unrecorded);
    try {
      const { value } = await chargeOrder(order, this.dependencies);
      await reach('outcome-recorded');
      await store.markPaid(order.id, value.chargeId);
      await reach('order-paid');
    } catch (error) {
      if (error instanceof StoredFailure) await this.decline(order.id);
      else if (error instanceof OutcomeUnknownError) await resolveUnknownCharge(order.id, client, provider);
      else {
        if (error instanceof OutcomeNotRecordedError) await this.keepOutcome(order.id, error);
        throw error;
      }
    }
  }

  private async decline(id: string): Promise<void> {
    await reach('decline-recorded');
    await this.dependencies.store.markDeclined(id);
    await reach('order-declined');
  }

  /** The claim is still ours: with its token and the outcome, it can be completed whenever the API is back. */
  private async keepOutcome(id: string, { claimToken, outcome }: OutcomeNotRecordedError): Promise<void> {
    await reach('outcome-not-recorded');
    if (outcome) await this.dependencies.store.keepUnrecorded(id, { claimToken, outcome });
    await reach('outcome-kept');
  }

  private async recordOutcome(id: string, { claimToken, outcome }: UnrecordedOutcome): Promise<void> {
    const { client, store } = this.dependencies;
    try {
      await client.complete({ namespace: CHARGE_NAMESPACE, key: id }, { claimToken, outcome });
    } catch (error) {
      // Somebody resolved it meanwhile. What they found in the ledger is this charge.
      if (!(error instanceof ClaimLostError || error instanceof RecordNotFoundError)) throw error;
    }
    await store.dropUnrecorded(id);
  }

  private async ship(order: Order): Promise<void> {
    const trackingNumber = await this.dependencies.shipping.orderPaid(order);
    await reach('message-delivered');
    await this.dependencies.store.markShipped(order.id, trackingNumber);
    await reach('order-shipped');
  }

  private async find(id: string): Promise<Order> {
    const order = await this.dependencies.store.find(id);
    if (!order) throw new Error(`There is no order ${id}.`);
    return order;
  }
}
