import { randomUUID } from 'node:crypto';
import { until } from '../cluster/processes.js';
import type { Replica } from '../cluster/replica.js';
import type { Victims } from './faults.js';

/** What is promised: the service is back so soon after a promotion was asked for, and nobody restarts it. Milliseconds. */
const BACK_WITHIN_MS = 10_000;

/** Kills the primary, promotes the standby, and times the service's return; then gives the new primary a standby. */
export async function failOver({ cluster: { postgres, replicas }, failovers }: Victims): Promise<void> {
  const askedAt = await postgres.failOver();
  const leftMs = BACK_WITHIN_MS - (performance.now() - askedAt);
  await Promise.all(
    replicas.map((replica) =>
      until(`replica ${replica.number} after the promotion`, () => grants(replica), leftMs),
    ),
  );
  failovers.push(performance.now() - askedAt);
  await postgres.addStandby();
}

/** Whether a new key is granted, which takes a write on the new primary. */
async function grants(replica: Replica): Promise<boolean> {
  const response = await fetch(`${replica.url}/v1/claims`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ namespace: 'chaos.failover', key: randomUUID() }),
    signal: AbortSignal.timeout(2_000),
  });
  return response.status === 201;
}
