import { randomUUID } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { endLease, holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';

describe('/metrics', () => {
  const world = useWorld();

  const metrics = async (): Promise<string> => {
    const { headers, body } = await world.api.send<string>('GET', '/metrics');
    expect(headers['content-type']).toBe('text/plain; version=0.0.4; charset=utf-8');
    return body;
  };

  it('counts claims by decision and tokens that came back too late, and names neither key nor token', async () => {
    const { api, database } = world;
    const completed = await holdClaim(api, { request: 1 });
    await api.claim({ key: completed.key, request: 1 });
    await api.claim({ key: completed.key, request: 2 });
    await api.complete(completed.key, { claimToken: completed.claimToken, outcome: {} });
    await api.claim({ key: completed.key, request: 1 });
    const unknown = await holdClaim(api);
    await endLease(database, unknown.key);
    await api.claim({ key: unknown.key });
    const taken = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(database, taken.key);
    await holdClaim(api, { key: taken.key });
    await api.complete(taken.key, { claimToken: taken.claimToken, outcome: {} });
    await api.act('renew', taken.key, { claimToken: randomUUID() });

    const body = await metrics();
    const counted = body.split('\n').filter((line) => line.startsWith('idempotency_claim'));
    expect(counted.sort()).toEqual([
      'idempotency_claim_decisions_total{decision="execute"} 4',
      'idempotency_claim_decisions_total{decision="in_progress"} 1',
      'idempotency_claim_decisions_total{decision="mismatch"} 1',
      'idempotency_claim_decisions_total{decision="outcome_unknown"} 1',
      'idempotency_claim_decisions_total{decision="replay"} 1',
      'idempotency_claims_lost_total{operation="checkpoint"} 0',
      'idempotency_claims_lost_total{operation="complete"} 1',
      'idempotency_claims_lost_total{operation="release"} 0',
      'idempotency_claims_lost_total{operation="renew"} 1',
      'idempotency_claims_reattempted_total 1',
    ]);
    for (const secret of [taken.key, taken.claimToken]) expect(body).not.toContain(secret);
  });
});
