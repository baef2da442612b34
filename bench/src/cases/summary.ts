import type { Measurement } from '../load/measurement.js';
import { median } from '../median.js';

/** A contestant over all rounds. */
export interface Summary {
  /** Medians over the rounds. */
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  /** Over all rounds. */
  readonly worstMs: number;
  readonly calls: number;
  readonly failed: number;
}

export function summarize(rounds: readonly Measurement[]): Summary {
  return {
    perSecond: median(rounds.map((round) => round.perSecond)),
    p50Ms: median(rounds.map((round) => round.p50Ms)),
    p99Ms: median(rounds.map((round) => round.p99Ms)),
    worstMs: Math.max(...rounds.map((round) => round.maxMs)),
    calls: sum(rounds.map((round) => round.calls)),
    failed: sum(rounds.map((round) => round.failed)),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
