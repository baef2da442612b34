import {
  limits,
  operations,
  type DeduplicationRequest,
  type DeduplicationResult,
} from '@infra-services/idempotency-contract';
import type { CallOptions } from '../options.js';
import { isDeduplicationResult } from '../transport/shapes.js';
import type { Transport } from '../transport/transport.js';
import { inChunks, resultsOf } from './batches.js';

/** `POST /v1/deduplications`, as many times as its limit asks for, one after the other. */
export function deduplicate(
  transport: Transport,
  { ids, ...request }: DeduplicationRequest,
  options?: CallOptions,
): Promise<DeduplicationResult[]> {
  const { deduplicate: operation } = operations;
  return inChunks(ids, limits.deduplicationBatchMax, (chunk) =>
    transport.call(
      {
        operation,
        path: operation.path,
        body: () => ({ ...request, ids: chunk }),
        read: (_status, body) =>
          resultsOf(
            body,
            chunk,
            (result, id): result is DeduplicationResult => isDeduplicationResult(result) && result.id === id,
          ),
      },
      options,
    ),
  );
}
