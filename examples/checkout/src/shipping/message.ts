/** Sent at least once for every order that is paid. */
export interface OrderPaidMessage {
  readonly id: string;
  readonly orderId: string;
}

/** The answer to every delivery of it. */
export interface DeliveryAnswer {
  readonly trackingNumber: string;
}
