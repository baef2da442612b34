import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { RetryPolicy } from '../../src/index.js';

/** What a stalling executor is told to do: claim the keys, block its event loop, and finish. */
export interface StallRequest {
  readonly baseUrl: string;
  readonly namespace: string;
  readonly keys: readonly string[];
  readonly leaseMs: number;
  readonly blockMs: number;
  readonly onLeaseExpiry: 'block' | 'takeover';
  readonly retry?: RetryPolicy;
}

/** What it tells: the effect of an operation, and how its `execute` ended. */
export type StallReport =
  | { readonly kind: 'effect'; readonly key: string }
  | {
      readonly kind: 'ended';
      readonly key: string;
      readonly value?: string | undefined;
      readonly error?: string | undefined;
      readonly cause?: string | undefined;
      /** The name of the reason that `context.signal` was aborted with. */
      readonly abortedBy: string | undefined;
    };

const program = fileURLToPath(new URL('./stalling-executor.ts', import.meta.url));

/** Runs a stalling executor in a process of its own; resolves when it has ended. */
export async function stall(request: StallRequest, onReport: (report: StallReport) => void): Promise<void> {
  const child = fork(program, { execArgv: [] });
  child.on('message', (report: StallReport) => onReport(report));
  child.send(request);
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`the stalling executor ended with ${code}`);
}
