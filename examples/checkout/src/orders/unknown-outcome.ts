import { NotResolvableError, type IdempotencyClient } from '@infra-services/idempotency-client';
import { reach } from '../crash-points/reach.js';
import { CHARGE_NAMESPACE, chargeAtCheckpoint, chargeOutcome, type Charge } from './charge.js';
import type { PaymentProvider } from './payment-provider.js';

/**
 * Finds out what an executor did that never told, and resolves the record accordingly: `completed` with the charge, or
 * `retry`. Where neither the checkpoint nor the provider can tell, it rejects, and the outcome stays unknown.
 */
export async function resolveUnknownCharge(
  orderId: string,
  client: IdempotencyClient,
  provider: PaymentProvider,
): Promise<void> {
  const name = { namespace: CHARGE_NAMESPACE, key: orderId };
  const record = await client.get(name);
  // Somebody else has resolved it meanwhile.
  if (record?.state !== 'outcome_unknown') return;

  const charge =
    chargeAtCheckpoint(record.checkpoint) ?? (await askProvider(orderId, record.fencingToken, provider));
  await reach('recovery-asked');
  try {
    await client.resolve(
      name,
      charge
        ? { resolution: 'completed', outcome: await chargeOutcome.toOutcome(charge), note: 'charge found' }
        : { resolution: 'retry', note: 'no charge behind the fence' },
    );
  } catch (error) {
    if (!(error instanceof NotResolvableError)) throw error;
  }
  await reach('recovery-resolved');
}

/**
 * "No charge" must be final before it is believed: the dead executor's request may still be on its way. Hence the
 * fence first, one above its token. The next claim's token is at least that high, so it passes.
 */
async function askProvider(
  orderId: string,
  deadToken: number,
  provider: PaymentProvider,
): Promise<Charge | null> {
  const [charge] = await provider.chargesBehindFence(orderId, deadToken + 1);
  return charge ? { chargeId: charge.chargeId } : null;
}
