import { operations, type JsonValue, type Operation } from '@infra-services/idempotency-contract';
import { expect } from 'vitest';
import type { Answer, Sending } from './api-client.js';
import { endLease, holdClaim, type HeldClaim } from './arrange.js';
import type { TestDatabase } from './database.js';
import { newKey, type World } from './world.js';

export type JsonObject = Record<string, JsonValue>;

/** Every operation of the contract that takes a body. */
export const bodyOperations = Object.values<Operation>(operations).filter((operation) => operation.body);

/** A call that would be accepted as it is, so that a refusal has no other reason than the one change made to it. */
export interface AcceptableCall {
  readonly path: string;
  readonly body: JsonObject;
}

const outcome = { status: 201, headers: { location: '/charges/ch_1' }, body: { chargeId: 'ch_1' } };

/** The body of each operation, with all that the change needs to be made in. */
const bodies: Readonly<Record<string, (held: HeldClaim) => JsonObject>> = {
  claim: () => ({ key: newKey() }),
  claimBatch: () => ({ claims: [{ key: newKey() }, { key: newKey() }] }),
  complete: ({ claimToken }) => ({ claimToken, outcome }),
  completeBatch: ({ key, claimToken }) => ({ completions: [{ key, claimToken, outcome }] }),
  renew: ({ claimToken }) => ({ claimToken, leaseMs: 60_000 }),
  checkpoint: ({ claimToken }) => ({ claimToken, name: 'charged', data: { chargeId: 'ch_1' } }),
  release: ({ claimToken }) => ({ claimToken, effect: 'none', reason: 'declined' }),
  resolve: () => ({ resolution: 'completed', outcome, note: 'seen downstream' }),
  deduplicate: () => ({ ids: [newKey(), newKey()] }),
};

/** Where an operation takes any JSON; one that takes none meets it as an unknown field. */
const anyJson: Readonly<Record<string, readonly (string | number)[]>> = {
  claim: ['request'],
  claimBatch: ['claims', 0, 'request'],
  complete: ['outcome', 'body'],
  completeBatch: ['completions', 0, 'outcome', 'body'],
  checkpoint: ['data'],
  resolve: ['outcome', 'body'],
};

/** The place of an operation for any JSON. */
export function anyJsonPath(operation: Operation): readonly (string | number)[] {
  return anyJson[operation.id] ?? ['x'];
}

/** Holds the claim that the operation is about, and gives the call that it would accept. */
export async function arrangeCall(world: World, operation: Operation): Promise<AcceptableCall> {
  const bodyOf = bodies[operation.id];
  if (!bodyOf) throw new Error(`${operation.id} is new: give it a body here`);
  const held = await holdClaim(world.api);
  if (operation.id === 'resolve') await endLease(world.database, held.key);
  const path = operation.path.replace('{namespace}', 'default').replace('{key}', held.key);
  return { path, body: bodyOf(held) };
}

/** A copy of a body with one place set to another value. */
export function withValue(body: JsonObject, path: readonly (string | number)[], value: unknown): JsonObject {
  const copy = structuredClone(body);
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((node, step) => (node as Record<string, unknown>)[step], copy);
  Object.defineProperty(parent, path.at(-1)!, {
    value,
    enumerable: true,
    configurable: true,
    writable: true,
  });
  return copy;
}

/** A body's text with one place holding text of any kind. */
export function withText(body: JsonObject, path: readonly (string | number)[], text: string): string {
  const marker = 'the-place-to-fill';
  return JSON.stringify(withValue(body, path, marker)).replace(`"${marker}"`, () => text);
}

/** The JSON pointer of a path whose names need no escaping. */
export function pointerTo(path: readonly (string | number)[]): string {
  return path.map((step) => `/${step}`).join('');
}

/** Sends a body to an operation. */
export function post(
  { api }: Pick<World, 'api'>,
  path: string,
  raw: string | Buffer,
  sending: Sending = {},
): Promise<Answer> {
  return api.send<unknown>('POST', path, { raw, ...sending });
}

/** All that the service has written: every row of every table, as text. */
export async function everyRow(database: TestDatabase): Promise<string[]> {
  const { rows } = await database.pool.query<{ row: string }>(
    `SELECT 'record ' || r::text AS row FROM idempotency_record r
     UNION ALL SELECT 'id ' || d::text FROM deduplication d
     UNION ALL SELECT 'audit ' || a::text FROM audit_entry a
     ORDER BY row`,
  );
  return rows.map(({ row }) => row);
}

/** After all that was done to it, the service grants a claim. */
export async function expectHealthy({ api }: Pick<World, 'api'>): Promise<void> {
  expect((await api.claim({ key: newKey() })).status).toBe(201);
}
