import type { Measurement } from '../load/measurement.js';

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

/** The middle one; of an even number, the mean of the two in the middle. NaN for none. */
function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return ((low ?? Number.NaN) + (high ?? Number.NaN)) / 2;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
