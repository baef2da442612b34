import { rmSync } from 'node:fs';
import type { Report } from './check.js';
import { checkFiles } from './check-files.js';
import { readRecords } from './history/read-history.js';
import { Recorder } from './history/recorder.js';
import { audit } from './workload/audit.js';
import { runWorkload } from './workload/run-workload.js';

export interface RunOptions {
  readonly url: string;
  readonly token?: string | undefined;
  readonly seed: number;
  readonly operations: number;
  readonly callers: number;
  /** Where the history is written; an old one there is replaced. */
  readonly out: string;
}

/** Calls per subject before callers go on to the next ones. */
const CALLS_PER_SUBJECT = 25;

/** Subjects that are contended for at once. */
const WINDOW = 4;

/** Longer than the service takes to say that its store is away. Milliseconds. */
const TIMEOUT_MS = 5_000;

/**
 * Makes a workload from the seed, runs it against a deployment, records it, and checks the history. Throws if the
 * deployment does not answer before or after.
 */
export async function runAndCheck(options: RunOptions): Promise<Report> {
  const { url, token, seed, operations, callers, out } = options;
  const baseUrl = url.replace(/\/+$/u, '');
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  await assertAnswers(baseUrl);
  rmSync(out, { force: true });

  const recorder = new Recorder(out, 'run');
  await runWorkload(recorder, {
    baseUrl: () => baseUrl,
    headers,
    seed,
    // A second run with the same seed does not meet the records of the first.
    run: `${seed}:${Date.now().toString(36)}`,
    callers,
    timeoutMs: TIMEOUT_MS,
    current: (random) => Math.floor(recorder.calls / CALLS_PER_SUBJECT) + random.below(WINDOW),
    isDone: () => recorder.calls >= operations,
  });
  await audit(recorder, { baseUrl, headers, timeoutMs: TIMEOUT_MS }, await readRecords([out]));
  recorder.close();
  return checkFiles([out]);
}

/** A run against nothing would find nothing wrong. */
async function assertAnswers(baseUrl: string): Promise<void> {
  const response = await fetch(`${baseUrl}/health/ready`).catch((cause: unknown) => cause);
  if (!(response instanceof Response) || !response.ok)
    throw new Error(`the service at ${baseUrl} does not answer that it is ready`, { cause: response });
}
