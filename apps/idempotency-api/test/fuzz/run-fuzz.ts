import fc from 'fast-check';
import type { ServiceProcess } from '../support/service-process.js';
import { call, sendCall, type Call } from './calls.js';
import { rawSending, sendRaw, type RawSending } from './raw-bytes.js';

/** What a run has met. */
export interface FuzzResult {
  /** HTTP requests sent by a client; connections of raw bytes are counted apart. */
  readonly calls: number;
  readonly rawConnections: number;
  /** How often each status was answered. */
  readonly statuses: Readonly<Record<string, number>>;
}

/** Sent at once, to meet in batches and at records. */
const AT_ONCE = 25;

/** Of all that is sent at once, these many are raw bytes. */
const RAW_AT_ONCE = 5;

/** Far above any answer's time on a busy machine: what takes longer hangs. */
const PATIENCE_MS = 30_000;

/**
 * Sends `count` requests, the same for the same seed. Throws at the first 5xx but 503, the first answer that breaks the
 * document and the first that does not come; fast-check names the seed and the smallest set of requests that does it.
 */
export async function runFuzz({ api }: ServiceProcess, count: number, seed: number): Promise<FuzzResult> {
  const statuses: Record<string, number> = {};
  let calls = 0;
  let rawConnections = 0;
  const note = (status: number): void => {
    statuses[status] = (statuses[status] ?? 0) + 1;
  };
  const sendAll = async (someCalls: readonly Call[], bytes: readonly RawSending[]): Promise<void> => {
    calls += someCalls.length;
    rawConnections += bytes.length;
    await Promise.all([
      ...someCalls.map(async (one) => {
        note(await sendCall(api, one, PATIENCE_MS));
      }),
      ...bytes.map(async (one) => {
        (await sendRaw(api.url, one, PATIENCE_MS)).forEach(note);
      }),
    ]);
  };
  const callsAtOnce = AT_ONCE - RAW_AT_ONCE;
  await fc.assert(
    fc.asyncProperty(
      fc.array(call, { minLength: 1, maxLength: callsAtOnce, size: 'max' }),
      fc.array(rawSending, { maxLength: RAW_AT_ONCE, size: 'max' }),
      sendAll,
    ),
    // Arrays are of any length up to these: half of it on average.
    { numRuns: Math.ceil((count * 2) / AT_ONCE), seed },
  );
  return { calls, rawConnections, statuses };
}
