import type { CaseResult } from '../cases/run-case.js';
import type { Verdict } from '../cases/targets.js';
import { describe, type Durability } from '../sides/durability.js';
import { count, figure, milliseconds } from './numbers.js';
import { textTable } from './text-table.js';

/** A case as people read it: medians of the rounds, the durability of each store where sides differ, the targets. */
export function caseTable(result: CaseResult, durability: ReadonlyMap<string, Durability>): string {
  const stores = result.contestants.map(({ side }) => storeOf(durability.get(side ?? '')));
  const showStores = stores.some((store) => store !== NO_STORE);
  const head = ['', `${result.unit}/s`, 'p50 ms', 'p99 ms', 'failed', ...(showStores ? ['store'] : [])];
  const rows = result.contestants.map(({ label, summary }, index) => [
    label,
    count(summary.perSecond),
    milliseconds(summary.p50Ms),
    milliseconds(summary.p99Ms),
    count(summary.failed),
    ...(showStores ? [stores[index] ?? NO_STORE] : []),
  ]);
  const leftOut = result.leftOut.map(({ label, reason }) => `  ${label}: left out, ${reason}`);
  const lines = [
    textTable([head, ...rows]),
    ...leftOut,
    ...disturbance(result.stolenShare),
    ...result.verdicts.map(verdictLine),
  ];
  return `${result.title} (${result.generator})\n${lines.join('\n')}\n`;
}

/** A target and how it went, in one line. */
export function verdictLine({ text, figure: value, range, verdict }: Verdict): string {
  if (value === null) return `  – ${text}: not measured`;
  const rounds =
    range && range[0] !== range[1] ? ` (rounds: ${figure(range[0])} to ${figure(range[1])})` : '';
  return `  ${mark[verdict]} ${text}: ${figure(value)}${rounds}, ${verdict}`;
}

/** Below this a host that is shared counts as quiet. */
const QUIET_SHARE = 0.01;

function disturbance(stolenShare: number | null): string[] {
  if (stolenShare === null || stolenShare < QUIET_SHARE) return [];
  return [
    `  disturbed: the host gave ${(stolenShare * 100).toFixed(0)} % of the cores' time to others meanwhile`,
  ];
}

const NO_STORE = '–';

const mark = { met: '✓', missed: '✗', 'not measured': '–' } as const;

function storeOf(durability: Durability | undefined): string {
  if (!durability || durability.store === 'none') return NO_STORE;
  return `${durability.store} ${describe(durability)}`;
}
