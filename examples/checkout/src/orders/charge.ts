import {
  jsonOutcome,
  NothingHappened,
  StoredFailure,
  type Execution,
  type ExecutionContext,
  type IdempotencyClient,
} from '@infra-services/idempotency-client';
import { reach } from '../crash-points/reach.js';
import type { Order } from './order.js';
import { CardDeclined, StaleFencingToken, type PaymentProvider } from './payment-provider.js';

export const CHARGE_NAMESPACE = 'checkout.charge';

/** The recovery point behind which the charge is known. */
const CHARGED = 'charged';

/** What is stored as the outcome, and replayed. */
export interface Charge {
  readonly chargeId: string;
}

/** How a charge is stored. Recovery resolves with the same, so that what it stores replays like any other. */
export const chargeOutcome = jsonOutcome<Charge>({ parse: parseCharge });

export interface ChargeDependencies {
  readonly client: IdempotencyClient;
  readonly provider: PaymentProvider;
  readonly leaseMs: number;
}

/**
 * Charges the order at most once, ever. Rejects with what `client.execute` rejects with: `StoredFailure` for a card
 * that was declined, `OutcomeUnknownError` where an earlier attempt may have charged.
 */
export function chargeOrder(order: Order, dependencies: ChargeDependencies): Promise<Execution<Charge>> {
  const { client, leaseMs } = dependencies;
  return client.execute(
    {
      namespace: CHARGE_NAMESPACE,
      key: order.id,
      request: { amountCents: order.amountCents, card: order.card },
      // The default, said aloud: a lease that runs out lets nobody charge.
      onLeaseExpiry: 'block',
      leaseMs,
      // Whoever holds the claim is at work; recovery comes back by itself.
      waitMs: 0,
      serializer: chargeOutcome,
    },
    (context) => chargeUnderClaim(order, context, dependencies.provider),
  );
}

async function chargeUnderClaim(
  order: Order,
  context: ExecutionContext,
  provider: PaymentProvider,
): Promise<Charge> {
  await reach('claim-granted');
  const known = chargeAtCheckpoint(context.recovered) ?? (await chargeBehindFence(order, context, provider));
  if (known) return known;
  await reach('fence-raised');
  const { chargeId } = await sendCharge(order, context, provider);
  await reach('charge-answered');
  await context.checkpoint(CHARGED, { chargeId });
  await reach('charge-checkpointed');
  return { chargeId };
}

/** The charge that an earlier attempt left as a checkpoint. */
export function chargeAtCheckpoint(checkpoint: { name: string; data: unknown } | null): Charge | null {
  return checkpoint?.name === CHARGED ? parseCharge(checkpoint.data) : null;
}

/**
 * Before it charges, every attempt shuts out all earlier ones and looks at what they did. Usually recovery has asked
 * the same a moment ago; but its answer was about the claim that it saw, and between its question and its `resolve`
 * another recovery may have claimed, charged and died.
 */
async function chargeBehindFence(
  order: Order,
  { fencingToken, signal }: ExecutionContext,
  provider: PaymentProvider,
): Promise<Charge | null> {
  try {
    const [charge] = await provider.chargesBehindFence(order.id, fencingToken, signal);
    return charge ? { chargeId: charge.chargeId } : null;
  } catch (error) {
    // This attempt has not charged, and will not: it could not find out whether it may.
    throw new NothingHappened(error);
  }
}

async function sendCharge(
  order: Order,
  context: ExecutionContext,
  provider: PaymentProvider,
): Promise<Charge> {
  try {
    return await provider.charge(order, context.fencingToken, context.signal);
  } catch (error) {
    if (error instanceof CardDeclined) {
      throw new StoredFailure({ status: 402, body: { code: 'CARD_DECLINED' } }, { cause: error });
    }
    if (error instanceof StaleFencingToken) throw new NothingHappened(error);
    // Anything else has one honest meaning, and it is the client's default: unknown.
    throw error;
  }
}

function parseCharge(value: unknown): Charge {
  if (
    typeof value === 'object' &&
    value !== null &&
    'chargeId' in value &&
    typeof value.chargeId === 'string'
  ) {
    return { chargeId: value.chargeId };
  }
  throw new TypeError('This is not a charge.');
}
