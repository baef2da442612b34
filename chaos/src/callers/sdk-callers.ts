import {
  Random,
  recordingFetch,
  subjectOf,
  type Recorder,
  type Subject,
} from '@infra-services/idempotency-checker';
import { IdempotencyClient, NothingHappened, StoredFailure } from '@infra-services/idempotency-client';
import { currentSubject } from './current-subject.js';
import type { CallersOptions } from './protocol.js';

/** What the operation does when it runs. */
const behaviours = { returns: 88, 'nothing happened': 5, 'fails for good': 4, breaks: 3 };

/** Callers that use the SDK as its users do; the recorder sits below it, on the wire. */
export async function runSdkCallers(
  recorder: Recorder,
  options: CallersOptions,
  isDone: () => boolean,
): Promise<void> {
  const through = recordingFetch(recorder);
  const clients = options.urls.map(
    (baseUrl) =>
      new IdempotencyClient({
        baseUrl,
        fetch: through,
        timeoutMs: 3_000,
        retry: { maxAttempts: 6, maxElapsedMs: 6_000, maxDelayMs: 1_000 },
        completionBudgetMs: 10_000,
      }),
  );
  const callers = Array.from({ length: options.callers }, async (_, index) => {
    const random = Random.of(options.seed, options.firstCaller + index);
    while (!isDone()) {
      const client = random.pick(clients);
      const subject = subjectOf(options.seed, options.run, currentSubject(options.beganMicros, random));
      // What it throws is what the record's callers are told; the history has it.
      await executeBy(client, recorder, random, subject).catch(() => undefined);
    }
  });
  await Promise.all(callers);
}

async function executeBy(
  client: IdempotencyClient,
  recorder: Recorder,
  random: Random,
  { namespace, key, leaseMs, retentionMs, onLeaseExpiry }: Subject,
): Promise<void> {
  const behaviour = random.weighted(behaviours);
  const claim = {
    namespace,
    key,
    leaseMs,
    retentionMs,
    onLeaseExpiry,
    request: key,
    waitMs: random.below(1_000),
  };
  await client.execute(claim, ({ claimToken, fencingToken }) => {
    if (behaviour === 'nothing happened') throw new NothingHappened('not now');
    recorder.execution({ namespace, key, claimToken, fencingToken });
    if (behaviour === 'breaks') throw new Error('after the effect');
    if (behaviour === 'fails for good')
      throw new StoredFailure({ status: 402, body: { declined: claimToken } });
    return { executedUnder: claimToken };
  });
}
