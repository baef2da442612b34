/** The order that the peers' calls carry; see load/payload.ts. */
export interface Order {
  readonly order: string;
  readonly amount: number;
}

/** What is executed at most once, of the size of the outcomes that this service is given. It takes no time. */
export interface Charge {
  readonly chargeId: string;
  readonly amount: number;
  readonly state: 'succeeded';
}

let executions = 0;

/** How often it was executed in this process: a replay executes nothing. */
export function executionsSoFar(): { executions: number } {
  return { executions };
}

export function charge({ order, amount }: Order): Charge {
  executions++;
  return { chargeId: `ch_${order.slice('order-'.length).replace('-', '')}`, amount, state: 'succeeded' };
}
