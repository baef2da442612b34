import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import {
  limits,
  type CompletionBatchResult,
  type CompletionItem,
  type IdempotencyRecord,
  type ProblemDetails,
} from '@infra-services/idempotency-contract';
import type { Answer } from '../support/api-client.js';
import { endLease, holdClaim } from '../support/arrange.js';
import { newKey } from '../support/world.js';
import { onOneAndTwoReplicas } from './taking-turns.js';

type Completed = Answer<{ results: CompletionBatchResult[] } & ProblemDetails>;

onOneAndTwoReplicas((api, world) => {
  const completeAll = (completions: object[]): Promise<Completed> =>
    api.send('POST', '/v1/completions/batch', { json: { completions } });

  it('answers each completion as the single call would have, in order', async () => {
    const held = await holdClaim(api, { namespace: 'payments' });
    const late = await holdClaim(api, { onLeaseExpiry: 'takeover' });
    await endLease(world.database, late.key);
    await holdClaim(api, { key: late.key });
    const done = await holdClaim(api);
    await api.complete(done.key, { claimToken: done.claimToken, outcome: { body: 1 } });
    const large = await holdClaim(api);

    const { status, body } = await completeAll([
      { key: late.key, claimToken: late.claimToken, outcome: {} },
      { namespace: 'payments', key: held.key, claimToken: held.claimToken, outcome: { body: null } },
      { key: done.key, claimToken: done.claimToken, outcome: { body: 2 } },
      { key: done.key, claimToken: done.claimToken, outcome: { body: 1 } },
      { key: newKey(), claimToken: randomUUID(), outcome: {} },
      { key: large.key, claimToken: large.claimToken, outcome: { body: 'A'.repeat(limits.outcomeMaxBytes) } },
    ]);
    expect(status).toBe(200);
    expect(body.results).toMatchObject([
      { status: 409, code: 'CLAIM_LOST', instance: '/v1/completions/batch' },
      { status: 200, namespace: 'payments', key: held.key, state: 'completed', outcome: { body: null } },
      { status: 409, code: 'OUTCOME_CONFLICT' },
      { status: 200, key: done.key, outcome: { body: 1 } },
      { status: 404, code: 'RECORD_NOT_FOUND' },
      { status: 413, code: 'OUTCOME_TOO_LARGE' },
    ]);
    const stillHeld = await api.complete(large.key, { claimToken: large.claimToken, outcome: {} });
    expect(stillHeld.status).toBe(200);
  });

  it('lets the second completion of a key see the first', async () => {
    const { key, claimToken } = await holdClaim(api);
    const { body } = await completeAll([
      { key, claimToken, outcome: { body: 1 } },
      { key, claimToken, outcome: { body: 2 } },
      { key, claimToken, outcome: { body: 1 } },
      { key, claimToken: randomUUID(), outcome: { body: 1 } },
    ]);
    expect(body.results.map((result) => result.status)).toEqual([200, 409, 200, 409]);
    expect((await api.get(key)).body.outcome).toEqual({ body: 1 });
  });

  it('refuses the whole batch for one invalid item, names the field, and writes nothing', async () => {
    const { key, claimToken } = await holdClaim(api);
    const valid = { key, claimToken, outcome: {} };
    const answer = await completeAll([valid, { ...valid, outcome: { status: 99 } }]);
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: '/completions/1/outcome/status' }] },
    });
    expect((await api.get(key)).body.state).toBe('in_progress');
  });

  it('stores a full batch, each outcome with its own key, and can be repeated', async () => {
    const keys = Array.from({ length: limits.completionBatchMax }, newKey);
    const claims = await api.claimBatch(keys.map((key) => ({ key })));
    const completions: CompletionItem[] = claims.body.results.map(({ key, claimToken }) => ({
      key,
      claimToken,
      outcome: { body: key },
    }));
    const first = await completeAll(completions);
    const again = await completeAll(completions);
    const records = first.body.results as IdempotencyRecord[];
    expect(records.map(({ key, outcome }) => [key, outcome?.body])).toEqual(keys.map((key) => [key, key]));
    expect(again.body).toEqual(first.body);
  });
});
