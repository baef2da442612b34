import { randomBytes } from 'node:crypto';
import { identityOf } from '@infra-services/idempotency-api/internal/idempotency/domain/record.js';

/** As long as the fingerprint that the service makes of a request, for rows that are written past it. */
export const FINGERPRINT = 'jcs-sha256:UEG_H3E98gR4Q1PoL2pKU1kxy2Tx9LSlrq_8tyCRiyI';

/** Every key is claimed in it. */
export const NAMESPACE = 'payments.charge';

/** What the service's name for each record begins with: the key follows. */
export const IDENTITIES = identityOf({ tenant: 'default', namespace: NAMESPACE, key: '' });

/** Tells the keys of one run from those of all others: eight hex digits, the head of its claim tokens. */
export function newRun(): string {
  return randomBytes(4).toString('hex');
}

export function keyOf(run: string, n: number): string {
  return `order-${run}-${String(n).padStart(9, '0')}`;
}

export function tokenOf(run: string, n: number): string {
  return `${run}-0000-4000-8000-${String(n).padStart(12, '0')}`;
}

/** What key n of a run stands for. lua/payload.lua writes the same ones: change both. */
export function requestOf(run: string, n: number): Readonly<Record<string, string | number>> {
  return { order: keyOf(run, n), customer: 'cus_9XkQ2mV7', amount: 1250, currency: 'EUR' };
}

export function claimOf(run: string, n: number): Readonly<Record<string, unknown>> {
  return {
    namespace: NAMESPACE,
    key: keyOf(run, n),
    claimToken: tokenOf(run, n),
    request: requestOf(run, n),
  };
}

export function completionOf(run: string, n: number): Readonly<Record<string, unknown>> {
  const body = { chargeId: `ch_${run}${String(n).padStart(9, '0')}`, amount: 1250, state: 'succeeded' };
  return {
    namespace: NAMESPACE,
    key: keyOf(run, n),
    claimToken: tokenOf(run, n),
    outcome: { status: 201, body },
  };
}
