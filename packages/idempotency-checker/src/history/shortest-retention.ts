import type { Call } from './call.js';

/** The shortest retention, in milliseconds, that any claim or completion of the record asked for. */
export function shortestRetentionMs(calls: readonly Call[]): number {
  const asked = calls.map(({ operation }) =>
    operation.op === 'claim' || operation.op === 'complete' ? (operation.retentionMs ?? Infinity) : Infinity,
  );
  return asked.reduce((one, other) => Math.min(one, other), Infinity);
}
