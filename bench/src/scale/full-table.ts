import { CALLERS, claim } from '../cases/callers.js';
import type { Case, Contestant } from '../cases/case.js';
import { rateTarget } from '../cases/targets.js';
import { newRun } from '../load/payload.js';
import { completeKeys } from '../load/seed.js';
import { measured, runWrk } from '../load/wrk.js';
import type { Side } from '../sides/side.js';
import { analyzeTable, emptyTable } from './table-size.js';

/** One service on a table that is empty and one on a table with records in it. */
export interface Tables {
  readonly empty: Side & { readonly databaseUrl: string };
  readonly full: Side & { readonly databaseUrl: string };
  readonly records: number;
  /** The run that the records' keys are of. */
  readonly fullRun: string;
}

const HOT_KEYS = 10_000;

/** A step through all records that never meets one twice before it has met all, and no neighbour soon. */
const GOLDEN_RATIO = 0.618_034;

/** New keys, beside nothing and beside many records. */
export function claimsOnFullTable({ empty, full, records }: Tables): Case {
  return {
    name: 'scale-claims',
    title: `Claims of new keys beside ${records.toLocaleString('en-US')} records`,
    unit: 'claims',
    generator: 'wrk, 64 callers',
    contestants: [
      {
        name: 'empty',
        label: 'empty table',
        measure: async (_bench, seconds) => {
          await emptyTable(empty.databaseUrl);
          return claim(empty.url, CALLERS, seconds);
        },
      },
      {
        name: 'full',
        label: 'full table',
        measure: (_bench, seconds) => claim(full.url, CALLERS, seconds),
      },
    ],
    targets: [rateTarget('full', 0.9, ['empty'], 'claims/s ≥ 0.9 × of an empty table')],
  };
}

/** Completed keys: a few that everybody asks for, and all of them alike, which no cache holds. */
export function replaysOnFullTable({ empty, full, records, fullRun }: Tables): Case {
  return {
    name: 'scale-replays',
    title: `Replays beside ${records.toLocaleString('en-US')} records`,
    unit: 'replays',
    generator: 'wrk, 64 callers',
    contestants: [
      hotKeys('empty', `${HOT_KEYS.toLocaleString('en-US')} keys, empty table`, empty),
      hotKeys('full', `${HOT_KEYS.toLocaleString('en-US')} keys, full table`, full),
      {
        name: 'scattered',
        label: 'all records alike, full table',
        measure: async (_bench, seconds) => {
          const first = Math.floor(Math.random() * records);
          const step = Math.floor(records * GOLDEN_RATIO) | 1;
          const args = [fullRun, records, first, step];
          const { url } = full;
          return measured(await runWrk({ url, script: 'claim', args, connections: CALLERS, seconds }));
        },
      },
    ],
    targets: [],
  };
}

function hotKeys(name: string, label: string, { url, databaseUrl }: Tables['empty']): Contestant {
  const run = newRun();
  return {
    name,
    label,
    prepare: async () => {
      await analyzeTable(databaseUrl);
      await completeKeys(url, run, HOT_KEYS);
    },
    measure: async (_bench, seconds) =>
      measured(await runWrk({ url, script: 'claim', args: [run, HOT_KEYS], connections: CALLERS, seconds })),
  };
}
