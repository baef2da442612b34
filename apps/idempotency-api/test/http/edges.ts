import { limits, type ProblemDetails } from '@infra-services/idempotency-contract';
import type { Answer, ApiClient } from '../support/api-client.js';

/** An entry of `limits` at its edge: which sizes of a field are allowed and which are refused, and how to send one. */
export interface Edge {
  readonly limit: keyof typeof limits;
  readonly field: string;
  readonly allowed: readonly number[];
  readonly refused: readonly number[];
  /** What every refusal points to. */
  readonly pointer: string;
  send(api: ApiClient, size: number): Promise<Answer<ProblemDetails>>;
}

type Sizes = Pick<Edge, 'limit' | 'allowed' | 'refused'>;

/** Below and at the limit are allowed, above is not. */
export function upTo(limit: Edge['limit']): Sizes {
  const edge = limits[limit];
  return { limit, allowed: [edge - 1, edge], refused: [edge + 1] };
}

/** Below the limit is refused. */
export function downTo(limit: Edge['limit']): Sizes {
  const edge = limits[limit];
  return { limit, allowed: [edge, edge + 1], refused: [edge - 1] };
}

/** As `upTo`, for what has to hold something. */
export function oneUpTo(limit: Edge['limit']): Sizes {
  return within(limit, 1);
}

/** As `upTo`, for what may be nothing and cannot be less. */
export function zeroUpTo(limit: Edge['limit']): Sizes {
  return within(limit, 0);
}

function within(limit: Edge['limit'], least: number): Sizes {
  const { allowed, refused } = upTo(limit);
  return { limit, allowed: [least, ...allowed], refused: [...refused, least - 1] };
}

/** A text of so many characters. */
export function text(length: number): string {
  return 'a'.repeat(length);
}
