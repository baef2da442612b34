import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ClaimRequest, IdempotencyRecord, Outcome } from '@infra-services/idempotency-contract';
import { expect } from 'vitest';
import type { Answer, ApiClient, ClaimAnswerBody } from '../support/api-client.js';
import { verdictOf } from '../concurrency/contend.js';
import type { World } from '../support/world.js';
import { keyNames, type KeyName } from './calls.js';
import type { SpokenCall, SpokenClaim, SpokenCompletion } from './foretell.js';
import { isUnknown, type ModelAnswer, type ModelRecord } from './record-model.js';

/** The keys as the service has them: sends calls, and puts what it answers into the words of the model. */
export class RealKeys {
  private readonly names = Object.fromEntries(keyNames.map((name) => [name, `${name}-${randomUUID()}`]));

  /** The fencing tokens of each key, in the order of its grants. */
  private readonly fencingTokens: Record<KeyName, number[]> = { a: [], b: [] };

  constructor(
    private readonly world: World,
    private readonly replayLeaseMs: number,
    /** How often each answer was given, over all runs. */
    private readonly met: Record<string, number>,
  ) {}

  /** The answers to a call: one, or one for each item of a batch. */
  async send(call: SpokenCall, replica: number): Promise<readonly Answer[]> {
    const api = this.replica(replica);
    const answers = await this.exchange(api, call);
    for (const answer of answers) {
      const verdict = `${call.kind}: ${verdictOf(answer)}`;
      this.met[verdict] = (this.met[verdict] ?? 0) + 1;
    }
    return answers;
  }

  /** The answers in the words of the model; fencing tokens are held against those of the expected grants. */
  inWords(
    call: SpokenCall,
    answers: readonly Answer[],
    expected: readonly ModelAnswer[],
  ): readonly unknown[] {
    return answers.map((answer, index) => {
      const name = 'items' in call ? call.items[index]!.key : call.key;
      const body = answer.body as ClaimAnswerBody & IdempotencyRecord;
      if (answer.status >= 400) return { kind: 'refused', code: body.code };
      const foretold = expected[index]!;
      if (call.kind === 'claim' || call.kind === 'claimBatch') {
        const { attempt } = body;
        if (body.decision === 'replay') return { kind: 'replay', outcome: saidIn(body.outcome), attempt };
        expect(body).toMatchObject({ key: this.names[name], namespace: 'default' });
        const grant = foretold.kind === 'execute' ? foretold.grant : 0;
        return {
          kind: 'execute',
          grant: this.isFencedAs(name, grant, body.fencingToken) ? grant : body.fencingToken,
          attempt,
          checkpoint: (body.checkpoint?.data ?? null) as string | null,
        };
      }
      if (foretold.kind !== 'record') return { kind: 'done' };
      this.compare(name, body, foretold.record);
      return foretold;
    });
  }

  /** Reads the key and compares every member of its record. */
  async expectRecord(name: KeyName, record: ModelRecord | null, replica: number): Promise<void> {
    const answer = await this.replica(replica).get(this.names[name]!);
    expect(answer.status).toBe(record ? 200 : 404);
    if (record) this.compare(name, answer.body, record);
  }

  /** Ends the lease of whoever holds one, as the passing of time does. */
  async endLease(name: KeyName): Promise<void> {
    await this.world.database.pool.query(
      `UPDATE record_by_parts SET lease_expires_at = clock_timestamp() - interval '1 hour'
       WHERE key = $1 AND state = 'in_progress'`,
      [this.names[name]],
    );
  }

  /** Ends the retention of a closed record. Replicas that know its outcome are told, and have to look again. */
  async endRetention(name: KeyName): Promise<void> {
    const { rowCount } = await this.world.database.pool.query(
      `UPDATE record_by_parts SET expires_at = clock_timestamp() - interval '1 hour'
       WHERE key = $1 AND expires_at IS NOT NULL`,
      [this.names[name]],
    );
    if (rowCount === 0 || this.replayLeaseMs === 0) return;
    await this.world.database.pool.query('UPDATE replay_cache_slot SET generation = generation + 1');
    await sleep(this.replayLeaseMs);
  }

  private replica(index: number): ApiClient {
    return this.world.replicas[index % this.world.replicas.length]!;
  }

  private async exchange(api: ApiClient, call: SpokenCall): Promise<readonly Answer[]> {
    switch (call.kind) {
      case 'claim':
        return [await api.claim(this.claimOf(call))];
      case 'claimBatch':
        return batch(
          await api.send('POST', '/v1/claims/batch', {
            json: { claims: call.items.map((item) => this.claimOf(item)) },
          }),
        );
      case 'completeBatch': {
        const completions = call.items.map((item) => ({ key: this.names[item.key]!, ...completionOf(item) }));
        return batch(await api.send('POST', '/v1/completions/batch', { json: { completions } }));
      }
      case 'delete':
        return [await api.delete(this.names[call.key]!, call.force ? '?force=true' : '')];
      case 'complete':
      case 'renew':
      case 'checkpoint':
      case 'release':
      case 'resolve':
        return [await api.act(call.kind, this.names[call.key]!, bodyOf(call))];
    }
  }

  private claimOf({
    key,
    request,
    claimToken,
    onLeaseExpiry,
    owner,
    leaseMs,
    retentionMs,
  }: SpokenClaim): ClaimRequest {
    const fingerprint = request === null ? {} : { fingerprint: request };
    return { key: this.names[key]!, claimToken, onLeaseExpiry, owner, leaseMs, retentionMs, ...fingerprint };
  }

  private compare(name: KeyName, seen: IdempotencyRecord, record: ModelRecord): void {
    expect(this.isFencedAs(name, record.grant, seen.fencingToken)).toBe(true);
    expect({ ...seen, outcome: seen.outcome && saidIn(seen.outcome) }).toMatchObject({
      key: this.names[name],
      state: isUnknown(record) ? 'outcome_unknown' : record.state,
      attempt: record.attempt,
      onLeaseExpiry: record.onLeaseExpiry,
      owner: record.owner,
      fingerprint: record.request,
      checkpoint: record.checkpoint === null ? null : { name: 'step', data: record.checkpoint },
      outcome: record.outcome,
    });
    const isOpen = record.state === 'in_progress';
    expect(seen.leaseExpiresAt !== null && Date.parse(seen.leaseExpiresAt) > Date.now()).toBe(
      isOpen && !record.leaseIsOver,
    );
    expect([seen.completedAt === null, seen.expiresAt === null]).toEqual([
      record.state !== 'completed',
      isOpen,
    ]);
    if (seen.expiresAt) {
      expect(Date.parse(seen.expiresAt) - Date.parse(seen.updatedAt)).toBe(record.retentionMs);
    }
  }

  /** Whether a fencing token is that of the grant: known from before, or greater than all before. */
  private isFencedAs(name: KeyName, grant: number, fencingToken: number): boolean {
    const known = this.fencingTokens[name];
    if (grant === known.length + 1 && fencingToken > (known.at(-1) ?? 0)) known.push(fencingToken);
    return known[grant - 1] === fencingToken;
  }
}

function bodyOf(
  call: Exclude<SpokenCall, { kind: 'claim' | 'claimBatch' | 'completeBatch' | 'delete' }>,
): object {
  switch (call.kind) {
    case 'complete':
      return completionOf(call);
    case 'renew':
      return { claimToken: call.claimToken, leaseMs: call.leaseMs };
    case 'checkpoint':
      return { claimToken: call.claimToken, name: 'step', data: call.data };
    case 'release':
      return { claimToken: call.claimToken, effect: call.effect };
    case 'resolve':
      return call.resolution === 'completed'
        ? { resolution: 'completed', outcome: outcomeOf(call.outcome) }
        : { resolution: 'retry' };
  }
}

function completionOf({ claimToken, outcome, retentionMs }: SpokenCompletion): object {
  return { claimToken, outcome: outcomeOf(outcome), ...(retentionMs === undefined ? {} : { retentionMs }) };
}

function outcomeOf(said: string): Outcome {
  return { status: 201, headers: { location: '/charges/1' }, body: { said } };
}

function saidIn(outcome: Outcome): unknown {
  const { said } = (outcome.body ?? {}) as { said?: unknown };
  expect(outcome).toEqual(outcomeOf(String(said)));
  return said;
}

function batch({ headers, body }: Answer): readonly Answer[] {
  const { results } = body as { results: { status: number }[] };
  return results.map((result) => ({ status: result.status, headers, body: result }));
}
