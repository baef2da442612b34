import type { Call } from '../history/call.js';

/** The attempt that each answer tells, Infinity where it tells none. */
export interface Attempts {
  readonly seen: readonly number[];
  /** Whether attempts can only grow in this history: the record was never forgotten, so never began anew. */
  readonly grow: boolean;
}

/** Far longer than any history: a shorter retention may end within one. Milliseconds. */
const LONG_RETENTION_MS = 60 * 60 * 1000;

/** What a history tells of attempts: it rules out most orders in which claims without an answer were granted. */
export function attemptsOf(calls: readonly Call[]): Attempts {
  return { seen: calls.map(attemptOf), grow: !calls.some(mayForget) };
}

function attemptOf({ result }: Call): number {
  if (result?.kind === 'granted' || result?.kind === 'replayed') return result.attempt;
  return result?.kind === 'record' ? result.record.attempt : Infinity;
}

function mayForget({ operation, result }: Call): boolean {
  if (operation.op === 'delete') return result?.kind !== 'refused';
  if (operation.op !== 'claim' && operation.op !== 'complete') return false;
  return operation.retentionMs !== null && operation.retentionMs < LONG_RETENTION_MS;
}
