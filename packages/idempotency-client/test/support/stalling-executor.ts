import { once } from 'node:events';
import { IdempotencyClient, type OwnershipLostError } from '@infra-services/idempotency-client';
import type { StallRequest, StallReport } from './stalls.js';

// A process of its own, so that only its event loop is blocked. It runs the built package.
const [request] = (await once(process, 'message')) as [StallRequest];
const { baseUrl, namespace, keys, leaseMs, blockMs, onLeaseExpiry, retry } = request;
const client = new IdempotencyClient({ baseUrl, retry });

function tell(report: StallReport): void {
  process.send?.(report);
}

/** Nothing runs in this process meanwhile, timers included. */
function block(): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, blockMs);
}

// Whoever started this has gone: nobody would end it otherwise.
process.once('disconnect', () => process.exit());

/** Keys that run, or that ended without running. */
let arrived = 0;
const begun = new Set<string>();
let letGo = () => {};
const allRun = new Promise<void>((resolve) => {
  letGo = resolve;
});

function arrive(): void {
  arrived += 1;
  if (arrived < keys.length) return;
  block();
  letGo();
}

await Promise.all(
  keys.map(async (key) => {
    let abortedBy: string | undefined;
    const report = await client
      .execute({ namespace, key, leaseMs, onLeaseExpiry, waitMs: 0 }, async ({ signal }) => {
        begun.add(key);
        tell({ kind: 'effect', key });
        arrive();
        await allRun;
        if (!signal.aborted) await once(signal, 'abort');
        abortedBy = (signal.reason as OwnershipLostError | undefined)?.name;
        return `stalled ${key}`;
      })
      .then(
        ({ value }): StallReport => ({ kind: 'ended', key, value, abortedBy }),
        (error: unknown): StallReport => ({
          kind: 'ended',
          key,
          error: (error as Error).name,
          cause: ((error as Error).cause as Error | undefined)?.name,
          abortedBy,
        }),
      );
    tell(report);
    if (!begun.has(key)) arrive();
  }),
);
process.disconnect();
