import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from '../history/recorder.js';
import { recordPath, type AnswerBody, type RawApi } from './api.js';
import { execute } from './execute.js';
import type { Random } from './random.js';
import type { Subject } from './subject.js';

/** What a caller does next. */
const errands = {
  claim: 60,
  'claim with patience': 12,
  'claim for another request': 3,
  'claim several': 4,
  look: 12,
  'look with patience': 2,
  resolve: 3,
  delete: 3,
  'complete what is not ours': 2,
};

/** A claim without an answer is asked again, with its token, so often. */
const CLAIM_ATTEMPTS = 5;

/** A few subjects of one batch. */
const BATCH = 3;

/** One caller: errand after errand, each about a subject that others are after too. */
export class Caller {
  private formerToken: string;

  constructor(
    private readonly api: RawApi,
    private readonly recorder: Recorder,
    private readonly random: Random,
    /** A subject that is being contended for now. */
    private readonly subject: () => Subject,
  ) {
    this.formerToken = random.uuid();
  }

  async errand(): Promise<void> {
    const subject = this.subject();
    switch (this.random.weighted(errands)) {
      case 'claim':
        return this.claim(subject, {});
      case 'claim with patience':
        return this.claim(subject, { waitMs: 200 + this.random.below(1_000) });
      case 'claim for another request':
        return this.claim(subject, { request: 'another' });
      case 'claim several':
        return this.claimSeveral();
      case 'look':
        await this.api.send('GET', recordPath(subject));
        return;
      case 'look with patience':
        await this.api.send('GET', `${recordPath(subject)}?waitMs=500`, undefined, 500);
        return;
      case 'resolve':
        return this.resolve(subject);
      case 'delete':
        return this.delete(subject);
      case 'complete what is not ours':
        return this.completeAnothers(subject);
    }
  }

  private async claim(subject: Subject, more: { waitMs?: number; request?: string }): Promise<void> {
    const claim = { ...this.claimOf(subject), ...more };
    for (let attempt = 1; attempt <= CLAIM_ATTEMPTS; attempt += 1) {
      const { status, body } = await this.api.send('POST', '/v1/claims', claim, more.waitMs);
      if (status !== 0 && status < 500) return this.act(subject, body);
      await sleep(20 + this.random.below(100 * 2 ** attempt));
    }
  }

  private async claimSeveral(): Promise<void> {
    const subjects = new Map(
      Array.from({ length: BATCH }, () => this.subject()).map((one) => [one.key, one]),
    );
    const claims = [...subjects.values()].map((subject) => this.claimOf(subject));
    const { body } = await this.api.send('POST', '/v1/claims/batch', { claims });
    const results = body.results ?? [];
    await Promise.all([...subjects.values()].map((one, index) => this.act(one, results[index] ?? {})));
  }

  /** Goes by the answer. Only a grant lets it execute. */
  private async act(subject: Subject, body: AnswerBody): Promise<void> {
    const { decision, claimToken, fencingToken } = body;
    if (decision === 'execute' && claimToken !== undefined && fencingToken !== undefined) {
      this.formerToken = claimToken;
      return execute(this.api, this.recorder, this.random, subject, { claimToken, fencingToken });
    }
    // Every few of those who are told that nobody knows ask the operator.
    if (body.code === 'OUTCOME_UNKNOWN' && this.random.next() < 0.3) await this.resolve(subject);
  }

  private async resolve(subject: Subject): Promise<void> {
    const isRetry = this.random.next() < 0.5;
    const outcome = { status: 200, body: { resolvedAs: this.random.uuid() } };
    const resolution = isRetry ? { resolution: 'retry' } : { resolution: 'completed', outcome };
    await this.api.send('POST', recordPath(subject, 'resolve'), resolution);
  }

  private async delete(subject: Subject): Promise<void> {
    if (!subject.isDeleted) return this.claim(subject, {});
    const force = this.random.next() < 0.3 ? '?force=true' : '';
    await this.api.send('DELETE', `${recordPath(subject)}${force}`);
  }

  /** With a token that is superseded, or never was one of this record. */
  private async completeAnothers(subject: Subject): Promise<void> {
    const claimToken = this.formerToken;
    const outcome = { status: 200, body: { notOurs: claimToken } };
    await this.api.send('POST', recordPath(subject, 'complete'), { claimToken, outcome });
  }

  private claimOf({ namespace, key, leaseMs, retentionMs, onLeaseExpiry }: Subject) {
    const claimToken = this.random.uuid();
    return { namespace, key, leaseMs, retentionMs, onLeaseExpiry, request: key, claimToken };
  }
}
