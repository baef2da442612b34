import { setTimeout as sleep } from 'node:timers/promises';
import type { Recorder } from '../history/recorder.js';
import { recordingFetch } from '../http/recording-fetch.js';
import { RawApi, recordPath } from './api.js';

/** How many records are read at once. */
const WIDTH = 50;

/** After the first failure to read one, and as much more after each further one. Milliseconds. */
const PAUSE_MS = 200;

/**
 * Reads every record at the end, when nobody acts any more and all is well: what was acknowledged has to be there. Throws if
 * a record cannot be read.
 */
export async function audit(
  recorder: Recorder,
  options: {
    readonly baseUrl: string;
    readonly headers?: Readonly<Record<string, string>>;
    readonly timeoutMs: number;
  },
  records: readonly { namespace: string; key: string }[],
): Promise<void> {
  const { baseUrl, headers, timeoutMs } = options;
  const api = new RawApi(() => baseUrl, recordingFetch(recorder), timeoutMs, headers);
  const left = records.values();
  await Promise.all(
    Array.from({ length: WIDTH }, async () => {
      for (const record of left) await read(api, record);
    }),
  );
}

async function read(api: RawApi, record: { namespace: string; key: string }): Promise<void> {
  for (let attempt = 1; attempt <= 5; attempt += 1) {
    const { status } = await api.send('GET', recordPath(record));
    if (status === 200 || status === 404) return;
    await sleep(attempt * PAUSE_MS);
  }
  throw new Error(`the record ${record.namespace}/${record.key} cannot be read at the end of the run`);
}
