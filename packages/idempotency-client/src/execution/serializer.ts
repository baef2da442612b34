import type { JsonValue, Outcome } from '@infra-services/idempotency-contract';

/** How an operation's value becomes a stored outcome, and is read back. */
export interface OutcomeSerializer<T> {
  toOutcome(value: T): Outcome | Promise<Outcome>;
  fromOutcome(outcome: Outcome): T | Promise<T>;
}

/**
 * The value as JSON in the outcome's body; undefined is an outcome without a body, apart from `null`.
 *
 * @param schema reads the body back and checks it; a zod schema fits. Without one the body is taken for what it was
 *   stored as: what JSON does not keep (a `Date`, a `Map`) comes back as JSON has it.
 */
export function jsonOutcome<T>(schema?: { parse(value: unknown): T }): OutcomeSerializer<T> {
  return {
    toOutcome: (value) => (value === undefined ? {} : { body: asJson(value) }),
    fromOutcome: ({ body }) => (schema ? schema.parse(body) : (body as T)),
  };
}

/** @throws TypeError where the value has no JSON: a function, a symbol, a bigint, a cycle. */
function asJson(value: unknown): JsonValue {
  const text = JSON.stringify(value) as string | undefined;
  if (text === undefined) throw new TypeError(`a ${typeof value} has no JSON`);
  return JSON.parse(text) as JsonValue;
}
