import { parseArgs } from 'node:util';
import { UsageError } from './arguments.js';
import { newRun } from './load/payload.js';
import { claimRange, completeKeys } from './load/seed.js';
import { runWrk, type WrkReport } from './load/wrk.js';
import { verdictLine } from './report/case-table.js';
import { thisMachine } from './report/machine.js';
import { count } from './report/numbers.js';
import { textTable } from './report/text-table.js';
import { writeJson } from './report/write-results.js';
import { tableSize, walBytes } from './scale/table-size.js';
import { describe } from './sides/durability.js';
import { startServiceOn } from './sides/start-service.js';
import { watchMemory } from './soak/memory.js';
import { judgeSlices, sliceHead, sliceRow, type Slice } from './soak/slice.js';
import { exitOnUsageError, withStores } from './with-stores.js';

/** Many more than calls in flight at half load, so that each call is sent at its moment. */
const CONNECTIONS = 256;

/** Callers who ask as fast as they are answered, to find the maximum. */
const CALLERS = 64;
const FLAT_OUT_SECONDS = 20;

/** Keys between a claim, its completion and its replay: seconds, at any rate that a machine reaches. */
const AHEAD = 4_096;

/** Slices are counted in answers, and a few calls are on their way when one ends: so many turns are taken again. */
const TURNS_AGAIN = CONNECTIONS;

const SLICES = 12;

/** Records come, are completed, replayed, over and swept: after minutes the table no longer grows. */
const SETTINGS = { RETENTION_DEFAULT_MS: '120000', SWEEP_INTERVAL_MS: '10000' };

await exitOnUsageError(async () => {
  const minutes = readMinutes(process.argv.slice(2));
  await withStores(async (stores, atEnd) => {
    const redis = await stores.redisServer();
    const databaseUrl = await stores.createDatabase('soak');
    const settings = { ...SETTINGS, REDIS_URL: redis.url };
    const service = await startServiceOn(stores, 'service', databaseUrl, settings);
    atEnd(() => service.stop());
    const durability = await service.durability();
    console.log(`PostgreSQL ${describe(durability)}; caches in the process and in Redis`);

    const run = newRun();
    await completeKeys(service.url, run, AHEAD);
    await claimRange(service.url, run, AHEAD, 2 * AHEAD);
    let turn = 0;
    const load = async (rate: number, connections: number, seconds: number): Promise<WrkReport> => {
      const args = [run, AHEAD, rate, turn];
      const report = await runWrk({ url: service.url, script: 'soak', args, connections, seconds });
      turn = Math.max(turn, turn + Math.floor(report.requests / 3) - TURNS_AGAIN);
      return report;
    };
    const flatOut = await load(0, CALLERS, FLAT_OUT_SECONDS);
    const rate = Math.floor((flatOut.requests * 1e6) / flatOut.durationUs / 2);
    console.log(`Half load: ${count(rate)} calls/s, a third each of claims, completions and replays\n`);

    const slices: Slice[] = [];
    for (let number = 1; number <= SLICES; number++) {
      const ended = new AbortController();
      const walBefore = await walBytes(databaseUrl);
      const memory = watchMemory(service.url, ended.signal);
      const report = await load(rate, CONNECTIONS, Math.round((minutes * 60) / SLICES));
      ended.abort();
      const { rows } = await tableSize(databaseUrl);
      const slice = {
        minute: (number * minutes) / SLICES,
        load: report,
        ...(await memory),
        walBytes: (await walBytes(databaseUrl)) - walBefore,
        rows,
      };
      slices.push(slice);
      console.log(sliceRow(slice).join('  '));
    }
    const verdicts = judgeSlices(slices);
    console.log(`\n${textTable([sliceHead, ...slices.map(sliceRow)])}`);
    for (const verdict of verdicts) console.log(verdictLine(verdict));
    const result = { minutes, rate, machine: thisMachine(), durability, slices, verdicts };
    console.log(`Written: ${await writeJson('soak', result)}`);
    if (verdicts.some(({ verdict }) => verdict !== 'met')) process.exitCode = 1;
  });
});

/** `--minutes`, an hour if not given. Throws `UsageError`, or what `parseArgs` throws. */
function readMinutes(args: readonly string[]): number {
  const { values } = parseArgs({
    args: [...args],
    options: { minutes: { type: 'string', default: '60' } },
  });
  const minutes = Number(values.minutes);
  if (minutes >= 1 && minutes <= 24 * 60) return minutes;
  throw new UsageError('--minutes must be a number from 1 to 1440');
}
