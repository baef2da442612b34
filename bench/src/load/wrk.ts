import { fileURLToPath } from 'node:url';
import { benchLine, childOutput } from './child-output.js';
import type { Measurement } from './measurement.js';

/** Scripts of the folder lua/. */
type WrkScript =
  'claim' | 'claim-batch' | 'complete' | 'cycle' | 'hot-key' | 'keyed' | 'paced-claim' | 'soak';

export interface WrkRun {
  readonly url: string;
  readonly script: WrkScript;
  /** The script's own arguments; it says which. */
  readonly args: readonly (string | number)[];
  /** Callers: each sends its next call when its last one is answered. */
  readonly connections: number;
  /** Whole ones: wrk knows no others. */
  readonly seconds: number;
}

/** What lua/report.lua prints. Times in microseconds. */
export interface WrkReport {
  readonly requests: number;
  readonly durationUs: number;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** Answers of 400 and above. */
  readonly refused: number;
  /** Connections that could not be made or broke, and calls that timed out. */
  readonly broken: number;
  /** What else the script counts. */
  readonly extra: number;
}

/** An answer that takes longer than this counts as broken. */
const TIMEOUT_SECONDS = 10;

const scripts = fileURLToPath(new URL('../../lua/', import.meta.url));

/** Runs wrk with one thread in a process of its own. Throws if it is not installed. */
export async function runWrk(run: WrkRun): Promise<WrkReport> {
  const output = await childOutput('wrk', [
    '--threads=1',
    `--connections=${run.connections}`,
    `--duration=${run.seconds}s`,
    `--timeout=${TIMEOUT_SECONDS}s`,
    `--script=${scripts}${run.script}.lua`,
    run.url,
    '--',
    ...run.args.map(String),
  ]).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    throw new Error('The benchmark needs wrk on the path (Debian: apt-get install wrk).');
  });
  return benchLine(output) as WrkReport;
}

/** A report as a measurement in which each call counts `unitsACall` and every answer below 400 is right. */
export function measured(report: WrkReport, unitsACall = 1): Measurement {
  return {
    perSecond: (report.requests * unitsACall * 1e6) / report.durationUs,
    p50Ms: report.p50Us / 1e3,
    p99Ms: report.p99Us / 1e3,
    maxMs: report.maxUs / 1e3,
    calls: report.requests,
    failed: report.refused + report.broken,
  };
}
