import { judgeFigure, type Verdict } from '../cases/targets.js';
import type { WrkReport } from '../load/wrk.js';
import { bytes, count, milliseconds } from '../report/numbers.js';
import { median } from '../median.js';
import type { Memory } from './memory.js';

/** A part of the soak. */
export interface Slice extends Memory {
  /** When it ended, in minutes from the beginning. */
  readonly minute: number;
  readonly load: WrkReport;
  /** What PostgreSQL wrote to its log meanwhile, the sweep included. */
  readonly walBytes: number;
  /** Records in the table at its end. */
  readonly rows: number;
}

export const sliceHead = [
  'minute',
  'calls',
  'failed',
  'p50 ms',
  'p99 ms',
  'max ms',
  'resident',
  'heap',
  'WAL B/call',
  'rows',
];

export function sliceRow({ minute, load, residentBytes, heapBytes, walBytes, rows }: Slice): string[] {
  return [
    minute.toFixed(1),
    count(load.requests),
    count(failures(load)),
    milliseconds(load.p50Us / 1e3),
    milliseconds(load.p99Us / 1e3),
    milliseconds(load.maxUs / 1e3),
    bytes(residentBytes),
    bytes(heapBytes),
    count(walBytes / load.requests),
    count(rows),
  ];
}

/** Memory is compared between the last quarter and the second: in the first one caches fill. */
export function judgeSlices(slices: readonly Slice[]): Verdict[] {
  const quarter = Math.ceil(slices.length / 4);
  const resident = (part: readonly Slice[]): number => median(part.map(({ residentBytes }) => residentBytes));
  const growth = resident(slices.slice(-quarter)) / resident(slices.slice(quarter, 2 * quarter));
  const failed = slices.reduce((sum, { load }) => sum + failures(load), 0);
  return [
    judgeFigure({ text: 'resident memory, last quarter ≤ 1.1 × second', atMost: 1.1 }, growth),
    judgeFigure({ text: 'calls that failed = 0', atMost: 0 }, failed),
  ];
}

function failures({ refused, broken }: WrkReport): number {
  return refused + broken;
}
