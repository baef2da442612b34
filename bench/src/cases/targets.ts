import type { Measurement } from '../load/measurement.js';
import type { Bounds, Target } from './case.js';
import { median } from '../median.js';

/** Rate of one contestant as a multiple of another's; of the fastest, where several are named. */
export function rateTarget(
  contestant: string,
  atLeast: number,
  others: readonly string[],
  text: string,
): Target {
  return {
    text,
    atLeast,
    held: 'median',
    figure: (round) => {
      const own = round.get(contestant);
      const rates = others.flatMap((name) => round.get(name)?.perSecond ?? []);
      return own === undefined || rates.length === 0 ? undefined : own.perSecond / Math.max(...rates);
    },
  };
}

export interface Verdict {
  readonly text: string;
  /** What was held against the bound. */
  readonly figure: number | null;
  /** The smallest and the largest of the rounds: how far to trust the figure. Null for what is measured once. */
  readonly range: readonly [smallest: number, largest: number] | null;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/**
 * Holds what the rounds come to against the target's bounds. Each round is compared by itself, as its measurements are
 * seconds apart: what else the machine does changes in minutes, and a median a side would compare one minute with another.
 */
export function judge(target: Target, rounds: readonly ReadonlyMap<string, Measurement>[]): Verdict {
  const figures = rounds.map((round) => target.figure(round)).filter((figure) => figure !== undefined);
  if (figures.length === 0) return { text: target.text, figure: null, range: null, verdict: 'not measured' };
  const range = [Math.min(...figures), Math.max(...figures)] as const;
  return { ...judgeFigure(target, target.held === 'median' ? median(figures) : range[1]), range };
}

/** Holds one figure against the bounds. */
export function judgeFigure(
  { text, atLeast = -Infinity, atMost = Infinity }: Bounds,
  figure: number,
): Verdict {
  const met = figure >= atLeast && figure <= atMost;
  return { text, figure, range: null, verdict: met ? 'met' : 'missed' };
}
