import { parseArgs } from 'node:util';
import { UsageError } from './arguments.js';
import { runCase, type CaseResult, type Effort } from './cases/run-case.js';
import type { Case } from './cases/case.js';
import { judgeFigure, type Verdict } from './cases/targets.js';
import { newRun } from './load/payload.js';
import { claimKeys } from './load/seed.js';
import { caseTable, verdictLine } from './report/case-table.js';
import { thisMachine } from './report/machine.js';
import { bytes, count } from './report/numbers.js';
import { textTable } from './report/text-table.js';
import { writeJson } from './report/write-results.js';
import { fillCompleted, fillExpired } from './scale/fill.js';
import { claimsOnFullTable, replaysOnFullTable, type Tables } from './scale/full-table.js';
import { NO_SWEEP, sweepDuringClaims } from './scale/sweep.js';
import { emptyTable, tableSize, type TableSize } from './scale/table-size.js';
import { Sides } from './sides/sides.js';
import { describe } from './sides/durability.js';
import { startServiceOn } from './sides/start-service.js';
import type { Stores } from './sides/stores.js';
import { exitOnUsageError, withStores } from './with-stores.js';

interface ScalePlan {
  readonly records: number;
  readonly expired: number;
  readonly effort: Effort;
}

/** Rows that the size of a claim is measured with: enough for the pages to be full. */
const CLAIM_ROWS = 100_000;

/** Bytes of heap that a claim may take before it has an outcome. */
const MAX_CLAIM_BYTES = 300;

await exitOnUsageError(async () => {
  const plan = readPlan(process.argv.slice(2));
  await withStores(async (stores, atEnd) => {
    const tables = await prepareTables(stores, plan, atEnd);
    const durability = await tables.full.durability();
    console.log(`PostgreSQL ${describe(durability)}; medians of ${plan.effort.rounds} rounds\n`);

    const claimSize = await sizeOfClaims(tables.empty.databaseUrl);
    const recordSize = await tableSize(tables.full.databaseUrl);
    const sizeVerdict = judgeClaimSize(claimSize);
    console.log(sizesTable(claimSize, recordSize), `\n${verdictLine(sizeVerdict)}\n`);

    const cases: CaseResult[] = [];
    const run = async (subject: Case): Promise<void> => {
      const result = await runCase(subject, new Sides(stores), plan.effort);
      cases.push(result);
      console.log(caseTable(result, new Map()));
    };
    await run(claimsOnFullTable(tables));
    await run(replaysOnFullTable(tables));
    await Promise.all([tables.empty.stop(), tables.full.stop()]);
    await fillExpired(tables.full.databaseUrl, newRun(), plan.expired);
    await run(sweepDuringClaims(stores, tables.full.databaseUrl, plan.expired));

    const result = { ...plan, machine: thisMachine(), durability, claimSize, recordSize, sizeVerdict, cases };
    console.log(`Written: ${await writeJson(`scale-${plan.records}`, result)}`);
  });
});

/** `--records`, `--expired`, `--quick`. Throws `UsageError`, or what `parseArgs` throws. */
function readPlan(args: readonly string[]): ScalePlan {
  const { values } = parseArgs({
    args: [...args],
    options: {
      records: { type: 'string', default: '1000000' },
      expired: { type: 'string', default: '1000000' },
      quick: { type: 'boolean', default: false },
    },
  });
  const effort = values.quick
    ? { rounds: 2, seconds: 1, warmUpSeconds: 1 }
    : { rounds: 5, seconds: 3, warmUpSeconds: 2 };
  return {
    records: positive('records', values.records),
    expired: positive('expired', values.expired),
    effort,
  };
}

function positive(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  // Keys have nine digits.
  if (Number.isInteger(value) && value > 0 && value < 1e9) return value;
  throw new UsageError(`--${name} must be a whole number from 1 to 999999999`);
}

async function prepareTables(
  stores: Stores,
  { records }: ScalePlan,
  atEnd: (stop: () => Promise<void>) => void,
): Promise<Tables> {
  const start = async (name: string): Promise<Tables['empty']> => {
    const databaseUrl = await stores.createDatabase(name);
    const side = await startServiceOn(stores, `service-${name}`, databaseUrl, NO_SWEEP);
    atEnd(() => side.stop());
    return { ...side, databaseUrl };
  };
  const [empty, full] = [await start('empty'), await start('full')];
  const fullRun = newRun();
  const startedAt = performance.now();
  await fillCompleted(full.databaseUrl, fullRun, records);
  const seconds = (performance.now() - startedAt) / 1e3;
  console.log(`Filled with ${count(records)} completed records in ${count(seconds)} s.`);
  return { empty, full, records, fullRun };
}

async function sizeOfClaims(databaseUrl: string): Promise<TableSize> {
  await claimKeys(databaseUrl, newRun(), CLAIM_ROWS);
  const size = await tableSize(databaseUrl);
  await emptyTable(databaseUrl);
  return size;
}

function judgeClaimSize(size: TableSize): Verdict {
  const text = `bytes of heap per claim without its outcome ≤ ${MAX_CLAIM_BYTES}`;
  return judgeFigure({ text, atMost: MAX_CLAIM_BYTES }, Math.round(size.heapBytesPerRow));
}

function sizesTable(claims: TableSize, records: TableSize): string {
  const row = (label: string, size: TableSize): string[] => [
    label,
    count(size.rows),
    bytes(size.heapBytes),
    count(size.heapBytesPerRow),
    bytes(Object.values(size.indexBytes).reduce((sum, each) => sum + each, 0)),
    count(size.indexBytesPerRow),
  ];
  const head = ['Sizes', 'rows', 'heap', 'heap B/row', 'indexes', 'index B/row'];
  return textTable([head, row('claims in progress', claims), row('completed records', records)]);
}
