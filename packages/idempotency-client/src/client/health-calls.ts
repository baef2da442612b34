import { operations } from '@infra-services/idempotency-contract';
import { IdempotencyError } from '../errors/idempotency-error.js';
import type { CallOptions } from '../options.js';
import { isObject } from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';

/** `GET /health/ready`: one attempt, unless the options ask for more. */
export async function ready(transport: Transport, options: CallOptions = {}): Promise<boolean> {
  const { ready: operation } = operations;
  try {
    return await transport.call(
      {
        operation,
        path: operation.path,
        read: (_status, body) => (isObject(body) && body.status === 'ok' ? true : undefined),
      },
      { retry: false, ...options },
    );
  } catch (error) {
    if (error instanceof IdempotencyError) return false;
    throw error;
  }
}
