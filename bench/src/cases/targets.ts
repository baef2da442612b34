import type { Target } from './case.js';
import type { Summary } from './summary.js';

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
    figure: (summaries) => {
      const own = summaries.get(contestant);
      const rates = others.flatMap((name) => summaries.get(name)?.perSecond ?? []);
      return own === undefined || rates.length === 0 ? undefined : own.perSecond / Math.max(...rates);
    },
  };
}

export interface Verdict {
  readonly text: string;
  readonly figure: number | null;
  readonly verdict: 'met' | 'missed' | 'not measured';
}

/** Holds the figure of a target against its bounds. */
export function judge(target: Target, summaries: ReadonlyMap<string, Summary>): Verdict {
  const figure = target.figure(summaries);
  if (figure === undefined) return { text: target.text, figure: null, verdict: 'not measured' };
  const met = figure >= (target.atLeast ?? -Infinity) && figure <= (target.atMost ?? Infinity);
  return { text: target.text, figure, verdict: met ? 'met' : 'missed' };
}
