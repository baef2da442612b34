import { parseArgs } from 'node:util';
import { newRun } from './load/payload.js';
import { claimKeys, completeKeys } from './load/seed.js';
import { runWrk } from './load/wrk.js';
import { CALLERS } from './cases/callers.js';
import { costsSoFar, type Costs } from './cost/costs-so-far.js';
import { count } from './report/numbers.js';
import { textTable } from './report/text-table.js';
import { thisMachine } from './report/machine.js';
import { writeJson } from './report/write-results.js';
import { describe } from './sides/durability.js';
import { startServiceOn } from './sides/start-service.js';
import { median } from './median.js';
import { exitOnUsageError, withStores } from './with-stores.js';

const ROUNDS = 5;
const SECONDS = 4;

/** Completed keys that are replayed. */
const KEYS = 10_000;

/** Claims to be completed in a round: more than a machine gets through. */
const CLAIMS = 150_000;

type Call = 'claim' | 'completion' | 'replay';

/** What one call takes of each. */
interface CallCosts extends Costs {
  readonly perSecond: number;
}

await exitOnUsageError(() => {
  // It takes none: what is asked of it by mistake is said, and not measured without.
  parseArgs({ options: {} });
  return withStores(async (stores, atEnd) => {
    const databaseUrl = await stores.createDatabase('cost');
    const service = await startServiceOn(stores, 'service', databaseUrl);
    atEnd(() => service.stop());
    const durability = await service.durability();
    console.log(
      `PostgreSQL ${describe(durability)}; ${CALLERS} callers; medians of ${ROUNDS} rounds, and the least\n`,
    );
    const replayed = newRun();
    await completeKeys(service.url, replayed, KEYS);

    const measure = async (
      script: 'claim' | 'complete',
      args: readonly (string | number)[],
    ): Promise<CallCosts> => {
      const before = await costsSoFar(service.url, databaseUrl);
      const { requests, durationUs, refused, broken } = await runWrk({
        url: service.url,
        script,
        args,
        connections: CALLERS,
        seconds: SECONDS,
      });
      if (refused + broken > 0) throw new Error(`${refused + broken} of ${requests} calls failed`);
      const after = await costsSoFar(service.url, databaseUrl);
      const each = (of: (costs: Costs) => number): number => (of(after) - of(before)) / requests;
      return {
        perSecond: (requests * 1e6) / durationUs,
        serviceUs: each(({ serviceUs }) => serviceUs),
        postgresUs: each(({ postgresUs }) => postgresUs),
        walBytes: each(({ walBytes }) => walBytes),
      };
    };
    const rounds: Record<Call, CallCosts[]> = { claim: [], completion: [], replay: [] };
    for (let round = 0; round < ROUNDS; round++) {
      rounds.claim.push(await measure('claim', [newRun(), 0]));
      const claimed = newRun();
      await claimKeys(databaseUrl, claimed, CLAIMS);
      rounds.completion.push(await measure('complete', [claimed]));
      rounds.replay.push(await measure('claim', [replayed, KEYS]));
    }
    console.log(table(rounds));
    console.log(`Written: ${await writeJson('cost', { machine: thisMachine(), durability, rounds })}`);
  });
});

function table(rounds: Readonly<Record<Call, readonly CallCosts[]>>): string {
  const head = ['a call of', 'calls/s', 'service, µs of CPU', 'PostgreSQL, µs of CPU', 'WAL, bytes'];
  const rows = Object.entries(rounds).map(([call, costs]) => {
    const figure = (of: (one: CallCosts) => number): string => {
      const values = costs.map(of);
      return `${count(median(values))} (${count(Math.min(...values))})`;
    };
    return [
      call,
      count(median(costs.map(({ perSecond }) => perSecond))),
      figure(({ serviceUs }) => serviceUs),
      figure(({ postgresUs }) => postgresUs),
      figure(({ walBytes }) => walBytes),
    ];
  });
  return textTable([head, ...rows]);
}
