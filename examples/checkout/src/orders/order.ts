import type { CompleteRequest } from '@infra-services/idempotency-client';

/**
 * received → charging → paid → shipped
 *                    ↘ declined
 */
export type OrderState = 'received' | 'charging' | 'paid' | 'shipped' | 'declined';

/** What the customer asks for. */
export interface NewOrder {
  /** Chosen by the customer's client, so that it can ask again: the order's idempotency key everywhere. */
  readonly id: string;
  readonly amountCents: number;
  readonly card: string;
}

export interface Order extends NewOrder {
  readonly state: OrderState;
  readonly chargeId: string | null;
  readonly trackingNumber: string | null;
  readonly unrecorded: UnrecordedOutcome | null;
}

/** A charge that is known here and that the Idempotency API could not be told: what it takes to tell it later. */
export type UnrecordedOutcome = Pick<CompleteRequest, 'claimToken' | 'outcome'>;

/** Nothing more will happen to it. */
export function isSettled(order: { readonly state: OrderState }): boolean {
  return order.state === 'shipped' || order.state === 'declined';
}
