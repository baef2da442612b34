import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import type { ClaimRequest } from '@infra-services/idempotency-contract';
import type { Answer, ApiClient, ClaimAnswerBody } from './api-client.js';
import { newKey } from './world.js';

/** One operation, and all that its callers have been told about it. */
export interface Operation {
  readonly key: string;
  /** One claim token for each caller that wants to execute it; they claim at the same time. */
  readonly tokens: readonly string[];
  /** Stored by whoever executes, unless the operation stays open. */
  readonly outcome: { readonly status: number; readonly body: unknown } | null;
  /** Grants that were acknowledged: one, if the service keeps its promise. */
  readonly grants: Grant[];
  /** The completion was acknowledged. */
  completed: boolean;
}

interface Grant {
  readonly claimToken: string;
  readonly fencingToken: number;
  readonly attempt: number;
}

/** Every third operation is left open, so that held claims are there to be lost as well as outcomes. */
const OPEN_EVERY = 3;

/** Every second operation has two callers who both want to execute it. */
const RIVALS_EVERY = 2;

/** Far from the end of a lease: a test that takes its time must not lose claims for that reason. */
const LEASE_MS = 3_600_000;

/**
 * A stream of claims and completions by many callers, and a ledger of what they were told. An answer that is lost, or
 * is a 503, tells nothing; anything else that does not fit the contract's promise throws.
 */
export class Load {
  readonly ledger: Operation[] = [];

  constructor(
    private readonly onAcknowledged: () => void = () => undefined,
    /** Told of each call whose connection ended before its answer. */
    private readonly onDropped: (error: Error) => void = () => undefined,
  ) {}

  /** Operations whose every call was acknowledged. */
  get settled(): Operation[] {
    return this.ledger.filter(isSettled);
  }

  /** Operations with a call that was not acknowledged. */
  get unsettled(): Operation[] {
    return this.ledger.filter((operation) => !isSettled(operation));
  }

  /** Many callers at once, each with one new operation after the other, until one of `caller`'s answers is false. */
  async run(callers: number, caller: (operation: Operation) => Promise<boolean>): Promise<void> {
    let goesOn = true;
    await Promise.all(
      Array.from({ length: callers }, async () => {
        while (goesOn) goesOn = (await caller(this.open())) && goesOn;
      }),
    );
  }

  /** Makes the calls that the operation still lacks. False if an answer was lost: the same calls may be made again. */
  async settle(api: ApiClient, operation: Operation): Promise<boolean> {
    if (operation.grants.length === 0) {
      const claims = operation.tokens.map((claimToken) => this.claim(api, operation, claimToken));
      if ((await Promise.all(claims)).includes(false)) return false;
    }
    if (operation.grants.length === 0) throw new Error(`${operation.key}: granted to none of its callers`);
    return operation.completed || operation.outcome === null || this.complete(api, operation);
  }

  private open(): Operation {
    const index = this.ledger.length;
    const key = newKey();
    const operation = {
      key,
      tokens: Array.from({ length: index % RIVALS_EVERY === 0 ? 2 : 1 }, () => randomUUID()),
      outcome: index % OPEN_EVERY === 0 ? null : { status: 201, body: { madeFor: key, index } },
      grants: [],
      completed: false,
    };
    this.ledger.push(operation);
    return operation;
  }

  private async claim(api: ApiClient, operation: Operation, claimToken: string): Promise<boolean> {
    const answer = await this.answered(api.claim({ key: operation.key, claimToken, leaseMs: LEASE_MS }));
    if (answer === undefined) return false;
    if (answer.status === 201) {
      const { fencingToken, attempt } = answer.body;
      operation.grants.push({ claimToken, fencingToken, attempt });
      this.onAcknowledged();
    } else if (answer.body.code !== 'CLAIM_IN_PROGRESS') {
      throw new Error(`a claim was answered ${JSON.stringify(answer.body)}`);
    }
    return true;
  }

  private async complete(api: ApiClient, operation: Operation): Promise<boolean> {
    const { key, outcome } = operation;
    const { claimToken } = operation.grants[0]!;
    const answer = await this.answered(api.complete(key, { claimToken, outcome }));
    if (answer === undefined) return false;
    if (answer.status !== 200) throw new Error(`a completion was answered ${JSON.stringify(answer.body)}`);
    operation.completed = true;
    this.onAcknowledged();
    return true;
  }

  /** The answer, or undefined where the connection broke or the store was away. */
  private async answered<Body>(call: Promise<Answer<Body>>): Promise<Answer<Body> | undefined> {
    try {
      const answer = await call;
      return answer.status === 503 ? undefined : answer;
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error)) throw error;
      this.onDropped(error);
      return undefined;
    }
  }
}

/** Asserts that nothing acknowledged is lost and no key was granted to two, by claiming with every token again. */
export async function expectNothingLost(api: ApiClient, operations: readonly Operation[]): Promise<void> {
  for (const { key, grants } of operations) expect(grants, `grants of ${key}`).toHaveLength(1);
  expect(await actualAnswers(api, operations)).toEqual(operations.map(expectedAnswers));
}

/** What the callers of an operation are answered by the contract when each claims again with its token. */
function expectedAnswers(operation: Operation): unknown[] {
  const [grant] = operation.grants;
  return operation.tokens.map((claimToken) => {
    if (operation.completed) return { key: operation.key, outcome: operation.outcome };
    if (claimToken === grant?.claimToken) return { key: operation.key, ...grant };
    return { key: operation.key, code: 'CLAIM_IN_PROGRESS' };
  });
}

async function actualAnswers(api: ApiClient, operations: readonly Operation[]): Promise<unknown[][]> {
  const claims: ClaimRequest[] = operations.flatMap(({ key, tokens }) =>
    tokens.map((claimToken) => ({ key, claimToken, leaseMs: LEASE_MS })),
  );
  const results: ClaimAnswerBody[] = [];
  for (let start = 0; start < claims.length; start += 500) {
    results.push(...(await decided(api, claims.slice(start, start + 500))));
  }
  return operations.map(({ key, tokens }) => results.splice(0, tokens.length).map((body) => told(key, body)));
}

/** A batch's answers, asked for again while some of them say nothing: a claim by the same token is the same claim. */
async function decided(api: ApiClient, claims: ClaimRequest[]): Promise<ClaimAnswerBody[]> {
  for (;;) {
    const { body } = await api.claimBatch(claims);
    if (body.results.every(({ status }) => status !== 503)) return body.results;
    await sleep(100);
  }
}

function told(key: string, body: ClaimAnswerBody): unknown {
  const { claimToken, fencingToken, attempt, outcome, code, status } = body;
  if (status >= 400) return { key, code };
  return body.decision === 'replay' ? { key, outcome } : { key, claimToken, fencingToken, attempt };
}

function isSettled(operation: Operation): boolean {
  return operation.grants.length > 0 && (operation.completed || operation.outcome === null);
}
