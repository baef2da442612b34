import { isDeepStrictEqual } from 'node:util';
import {
  NothingHappened,
  OutcomeUnknownError,
  StoredFailure,
  type IdempotencyClient,
} from '../../src/index.js';
import type { Ledger } from './ledger.js';
import type { Random } from '@infra-services/idempotency-checker';

/** What an operation does when it runs. */
type Behaviour = 'returns' | 'fails-for-good' | 'retreats-once' | 'breaks';

/** What `execute` gave to one of the duplicates. */
export type Given =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'failure'; readonly outcome: unknown }
  /** What the operation itself threw, which only the executor is given. */
  | { readonly kind: 'own-error' }
  | { readonly kind: 'unknown' }
  /** What nobody should be given; it agrees with no record. */
  | { readonly kind: 'unexpected'; readonly error: string };

class Broke extends Error {}

/** One operation of the run: its key, and what it does. Every run of it has an effect, except for a retreat. */
export class FaultyOperation {
  private readonly behaviour: Behaviour;
  private readonly value: unknown;
  private runs = 0;

  constructor(
    readonly key: string,
    private readonly ledger: Ledger,
    random: Random,
  ) {
    const draw = random.below(100);
    this.behaviour =
      draw < 5 ? 'fails-for-good' : draw < 10 ? 'retreats-once' : draw < 12 ? 'breaks' : 'returns';
    this.value = [undefined, null, '', 0, false, [], { key, nested: { amount: random.below(1e6) } }][
      random.below(7)
    ];
  }

  /** Executes it by a client, as one of its duplicates. */
  async executeBy(client: IdempotencyClient, namespace: string): Promise<Given> {
    try {
      const { value } = await client.execute({ namespace, key: this.key, waitMs: 120_000 }, () => this.run());
      return { kind: 'value', value };
    } catch (error) {
      if (error instanceof StoredFailure) return { kind: 'failure', outcome: error.outcome };
      if (error instanceof NothingHappened || error instanceof Broke) return { kind: 'own-error' };
      if (error instanceof OutcomeUnknownError) return { kind: 'unknown' };
      return { kind: 'unexpected', error: String(error) };
    }
  }

  /** Whether what a duplicate was given is what the record says. */
  async agrees(client: IdempotencyClient, namespace: string, given: readonly Given[]): Promise<boolean> {
    const record = await client.get({ namespace, key: this.key });
    const told = given.filter(({ kind }) => kind !== 'own-error');
    if (this.behaviour === 'breaks') return record?.state === 'outcome_unknown' && told.every(isUnknown);
    if (record?.state !== 'completed' || !record.outcome) return false;
    const { outcome } = record;
    if (this.behaviour === 'fails-for-good') {
      const { headers, ...rest } = outcome;
      const isMarked = headers?.['Idempotency-Outcome'] === 'failure';
      return isMarked && told.every((one) => isDeepStrictEqual(one, { kind: 'failure', outcome: rest }));
    }
    const value = 'body' in outcome ? outcome.body : undefined;
    return (
      isDeepStrictEqual(value, this.value) &&
      told.every((one) => isDeepStrictEqual(one, { kind: 'value', value }))
    );
  }

  private async run(): Promise<unknown> {
    this.runs += 1;
    await Promise.resolve();
    if (this.behaviour === 'retreats-once' && this.runs === 1) throw new NothingHappened('not yet');
    this.ledger.happen(this.key);
    if (this.behaviour === 'breaks') throw new Broke('after the effect');
    if (this.behaviour === 'fails-for-good')
      throw new StoredFailure({ status: 402, body: { key: this.key } });
    return this.value;
  }
}

function isUnknown({ kind }: Given): boolean {
  return kind === 'unknown';
}
