import { parseArgs } from 'node:util';
import type { Case, Contestant } from './cases/case.js';
import { claim } from './cases/callers.js';
import { runCase, type CaseResult, type Effort } from './cases/run-case.js';
import { thisMachine } from './report/machine.js';
import { count, milliseconds } from './report/numbers.js';
import { textTable } from './report/text-table.js';
import { writeJson } from './report/write-results.js';
import { describe, type Durability } from './sides/durability.js';
import { startOwnProgram } from './sides/own-program.js';
import { sideLabels, type Side } from './sides/side.js';
import { Sides } from './sides/sides.js';
import { startHandRolledOn } from './sides/start-hand-rolled.js';
import { startServiceOn } from './sides/start-service.js';
import type { Stores } from './sides/stores.js';
import { exitOnUsageError, withStores } from './with-stores.js';

/** Milliseconds for which PostgreSQL's answers are held back: next door, in the next zone, in the next region. */
const DISTANCES_MS = [0, 1, 4];

const CALLERS = [1, 2, 8, 32, 128];

/** A third of these may have a statement in flight: one. */
const ONE_AT_A_TIME = { DATABASE_POOL_SIZE: '5' };

interface Distance {
  readonly distanceMs: number;
  /** Of the one server that all sides have. */
  readonly durability: Durability;
  readonly cases: readonly CaseResult[];
}

await exitOnUsageError(async () => {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const effort = values.quick
    ? { rounds: 1, seconds: 1, warmUpSeconds: 1 }
    : { rounds: 3, seconds: 2, warmUpSeconds: 2 };
  await withStores(async (stores, atEnd) => {
    console.log(`Claims of new keys: p50 in ms, claims/s; medians of ${effort.rounds} rounds\n`);
    const distances: Distance[] = [];
    for (const distanceMs of DISTANCES_MS) distances.push(await measure(stores, distanceMs, effort, atEnd));
    const json = await writeJson('distance', { effort, machine: thisMachine(), distances });
    console.log(`Written: ${json}`);
  });
});

/** The sides run for one distance alone: those of three would take memory and time from each other. */
async function measure(
  stores: Stores,
  distanceMs: number,
  effort: Effort,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<Distance> {
  const stops: (() => Promise<void>)[] = [];
  const started = async <Server extends { stop(): Promise<void> }>(
    start: Promise<Server>,
  ): Promise<Server> => {
    const server = await start;
    stops.unshift(() => server.stop());
    // A signal ends the process without the rest of this function.
    atEnd(() => server.stop());
    return server;
  };
  const databaseAt = async (name: string): Promise<string> => {
    const url = new URL(await stores.createDatabase(`${name}_${distanceMs}`));
    if (distanceMs === 0) return url.href;
    const env = { TARGET_PORT: url.port, DELAY_MS: String(distanceMs) };
    const relay = await started(startOwnProgram(stores, `relay-${name}`, env, 'relay'));
    url.port = new URL(relay.url).port;
    return url.href;
  };
  try {
    const service = await started(startServiceOn(stores, 'service', await databaseAt('service')));
    const oneAtATime = await started(
      startServiceOn(stores, 'one-at-a-time', await databaseAt('one_at_a_time'), ONE_AT_A_TIME),
    );
    const handRolled = await started(startHandRolledOn(stores, await databaseAt('hand_rolled')));
    const durability = await service.durability();
    console.log(`PostgreSQL ${distanceMs} ms away, ${describe(durability)}`);
    const sides = { service, oneAtATime, handRolled };
    const cases: CaseResult[] = [];
    for (const callers of CALLERS) {
      cases.push(await runCase(claims(sides, callers), new Sides(stores), effort));
    }
    console.log(`${distanceTable(cases)}\n`);
    return { distanceMs, durability, cases };
  } finally {
    for (const stop of stops) await stop();
  }
}

function claims(
  { service, oneAtATime, handRolled }: Record<'service' | 'oneAtATime' | 'handRolled', Side>,
  callers: number,
): Case {
  const contestant = (name: string, label: string, { url }: Side): Contestant => ({
    name,
    label,
    measure: (_bench, seconds) => claim(url, callers, seconds),
  });
  return {
    name: `claims-${callers}`,
    title: `Claims of new keys, ${callers} callers`,
    unit: 'claims',
    generator: `wrk, ${callers} callers`,
    contestants: [
      contestant('service', sideLabels.service, service),
      contestant('one-at-a-time', 'one statement at a time', oneAtATime),
      contestant('hand-rolled', sideLabels['hand-rolled'], handRolled),
    ],
    targets: [],
  };
}

/** A line for each number of callers. */
function distanceTable(cases: readonly CaseResult[]): string {
  const labels = cases[0]?.contestants.map(({ label }) => label) ?? [];
  const rows = cases.map(({ contestants }, index) => [
    String(CALLERS[index]),
    ...contestants.map(({ summary }) => `${milliseconds(summary.p50Ms)}  ${count(summary.perSecond)}`),
  ]);
  return textTable([['callers', ...labels], ...rows]);
}
