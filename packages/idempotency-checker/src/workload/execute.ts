import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from '@infra-services/idempotency-contract';
import type { Recorder } from '../history/recorder.js';
import { recordPath, type RawApi } from './api.js';
import type { Random } from './random.js';
import type { Subject } from './subject.js';

/** What executors do with a grant: mostly what they should, and everything that the contract has an answer for. */
const behaviours = {
  completes: 62,
  'completes twice': 7,
  'completes with two outcomes': 4,
  'renews and completes': 5,
  'keeps a checkpoint and completes': 3,
  'stalls past its lease and completes': 4,
  'releases, nothing happened': 6,
  'releases, outcome unknown': 3,
  'releases, outcome unknown, and completes': 2,
  'is gone before the effect': 1,
  'is gone after the effect': 3,
};

/** An executor whose completion is not answered goes on asking for about ten seconds. */
const ATTEMPTS = 8;

/** Longer than this nobody stalls, so that a run with long leases ends. Milliseconds. */
const LONGEST_STALL_MS = 2_000;

/** Executes once, under this grant: the witness has it, and the service is told in one way or another. */
export async function execute(
  api: RawApi,
  recorder: Recorder,
  random: Random,
  subject: Subject,
  grant: { claimToken: string; fencingToken: number },
): Promise<void> {
  const { claimToken, fencingToken } = grant;
  const { namespace, key } = subject;
  const behaviour = random.weighted(behaviours);
  const tell = (verb: string, body: object = {}) =>
    api.persist(recordPath(subject, verb), { claimToken, ...body }, ATTEMPTS);
  const complete = (note?: string) => tell('complete', { outcome: outcomeOf(claimToken, note) });

  if (behaviour === 'releases, nothing happened') {
    await tell('release', { effect: 'none' });
    return;
  }
  if (behaviour === 'is gone before the effect') return;

  recorder.execution({ namespace, key, claimToken, fencingToken });
  switch (behaviour) {
    case 'completes twice':
      await complete();
      break;
    case 'completes with two outcomes':
      await complete();
      await complete('another');
      return;
    case 'renews and completes':
      await tell('renew');
      break;
    case 'keeps a checkpoint and completes':
      await tell('checkpoint', { name: 'charged', data: { fencingToken } });
      break;
    case 'stalls past its lease and completes':
      await sleep(Math.min(subject.leaseMs * 1.5, LONGEST_STALL_MS));
      break;
    case 'releases, outcome unknown':
    case 'releases, outcome unknown, and completes':
      await tell('release', { effect: 'unknown' });
      if (behaviour === 'releases, outcome unknown') return;
      break;
    case 'is gone after the effect':
      return;
    case 'completes':
      break;
  }
  await complete();
}

/** Names its execution, so that no two have the same. */
function outcomeOf(claimToken: string, note?: string): Outcome {
  return { status: 200, body: { executedUnder: claimToken, ...(note && { note }) } };
}
