import { parseArgs } from 'node:util';
import { CALLERS } from './cases/callers.js';
import type { Case, Contestant } from './cases/case.js';
import { runCase, type CaseResult } from './cases/run-case.js';
import type { Measurement } from './load/measurement.js';
import { newRun } from './load/payload.js';
import { completeKeys } from './load/seed.js';
import { measured, runWrk } from './load/wrk.js';
import { caseTable } from './report/case-table.js';
import { thisMachine } from './report/machine.js';
import { writeJson } from './report/write-results.js';
import { describe } from './sides/durability.js';
import type { Side } from './sides/side.js';
import { Sides } from './sides/sides.js';
import { startServiceOn } from './sides/start-service.js';
import { exitOnUsageError, withStores } from './with-stores.js';

const REPLICAS = [1, 2, 4];

const KEYS = 10_000;

await exitOnUsageError(async () => {
  const { values } = parseArgs({ options: { quick: { type: 'boolean', default: false } } });
  const effort = values.quick
    ? { rounds: 2, seconds: 1, warmUpSeconds: 1 }
    : { rounds: 5, seconds: 3, warmUpSeconds: 2 };
  await withStores(async (stores, atEnd) => {
    const databaseUrl = await stores.createDatabase('replicas');
    const replicas: Side[] = [];
    for (let number = 1; number <= Math.max(...REPLICAS); number++) {
      const replica = await startServiceOn(stores, `service-${number}`, databaseUrl);
      atEnd(() => replica.stop());
      replicas.push(replica);
    }
    const [first] = replicas;
    if (!first) return;
    const durability = await first.durability();
    console.log(`PostgreSQL ${describe(durability)}; medians of ${effort.rounds} rounds\n`);

    const replayRun = newRun();
    await completeKeys(first.url, replayRun, KEYS);
    const cases: CaseResult[] = [];
    for (const subject of [claims(replicas), replays(replicas, replayRun)]) {
      const result = await runCase(subject, new Sides(stores), effort);
      cases.push(result);
      console.log(caseTable(result, new Map()));
    }
    const json = await writeJson('replicas', { effort, machine: thisMachine(), durability, cases });
    console.log(`Written: ${json}`);
  });
});

function claims(replicas: readonly Side[]): Case {
  return {
    name: 'replicas-claims',
    title: 'Claims of new keys, replicas of the service on one machine and one PostgreSQL',
    unit: 'claims',
    generator: 'one wrk a replica, 64 callers in all',
    contestants: contestants(replicas, () => [newRun(), 0]),
    targets: [],
  };
}

function replays(replicas: readonly Side[], run: string): Case {
  return {
    name: 'replicas-replays',
    title: 'Replays over 10,000 completed keys, each replica with a cache of its own',
    unit: 'replays',
    generator: 'one wrk a replica, 64 callers in all',
    contestants: contestants(replicas, () => [run, KEYS]),
    targets: [],
  };
}

function contestants(replicas: readonly Side[], args: () => readonly (string | number)[]): Contestant[] {
  return REPLICAS.map((number) => ({
    name: String(number),
    label: number === 1 ? '1 replica' : `${number} replicas`,
    measure: async (_bench, seconds) => {
      const connections = CALLERS / number;
      const runs = replicas.slice(0, number).map(async ({ url }) => {
        return measured(await runWrk({ url, script: 'claim', args: args(), connections, seconds }));
      });
      return together(await Promise.all(runs));
    },
  }));
}

/** Rates add up; of times the worst replica's counts. */
function together(parts: readonly Measurement[]): Measurement {
  const sum = (of: (part: Measurement) => number): number =>
    parts.reduce((total, part) => total + of(part), 0);
  const worst = (of: (part: Measurement) => number): number => Math.max(...parts.map(of));
  return {
    perSecond: sum((part) => part.perSecond),
    p50Ms: worst((part) => part.p50Ms),
    p99Ms: worst((part) => part.p99Ms),
    maxMs: worst((part) => part.maxMs),
    calls: sum((part) => part.calls),
    failed: sum((part) => part.failed),
  };
}
