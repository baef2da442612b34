import type { Recorder } from '../history/recorder.js';
import { RawApi } from './api.js';
import { Caller } from './caller.js';
import { recordingFetch } from '../http/recording-fetch.js';
import { Random } from './random.js';
import { subjectOf, type Subject } from './subject.js';

export interface WorkloadOptions {
  /** Asked before every call, so that it may move from replica to replica. */
  readonly baseUrl: () => string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly seed: number;
  /** Part of every key, so that runs do not meet. */
  readonly run: string;
  readonly callers: number;
  /** Callers of other processes have other numbers: they make other choices. */
  readonly firstCaller?: number;
  /** The subject that is contended for now: its number. */
  readonly current: (random: Random) => number;
  /** Until then every caller goes on; an errand that has begun is finished. */
  readonly isDone: () => boolean;
  /** Milliseconds for one request. */
  readonly timeoutMs: number;
}

/** Many callers at once in this process, all of them recorded; resolves when every one has finished. */
export async function runWorkload(recorder: Recorder, options: WorkloadOptions): Promise<void> {
  const { baseUrl, headers, seed, run, timeoutMs, firstCaller = 0 } = options;
  const api = new RawApi(baseUrl, recordingFetch(recorder), timeoutMs, headers);
  const callers = Array.from({ length: options.callers }, async (_, index) => {
    const random = Random.of(seed, CALLERS_FROM + firstCaller + index);
    const subject = (): Subject => subjectOf(seed, run, options.current(random));
    const caller = new Caller(api, recorder, random, subject);
    while (!options.isDone()) await caller.errand();
  });
  await Promise.all(callers);
}

/** Numbers of random sources: those below are the subjects'. */
const CALLERS_FROM = 1_000_000_000;
