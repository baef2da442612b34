import { Random } from '@infra-services/idempotency-checker';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { IdempotencyClient, OutcomeUnknownError } from '../src/index.js';
import { drawFault } from './support/fault-mix.js';
import { startFaultProxy, type FaultProxy } from './support/fault-proxy.js';
import { FaultyOperation, type Given } from './support/faulty-operations.js';
import { inParallel } from './support/in-parallel.js';
import { Ledger } from './support/ledger.js';
import { seedOfTheRun } from './support/seed.js';
import { stall, type StallReport } from './support/stalls.js';

const OPERATIONS = 10_000;
const STALLED = 50;
const namespace = 'under-faults';
/** Outlasts the restarts of the service. */
const patience = { maxAttempts: 1_000, maxElapsedMs: 60_000, baseDelayMs: 20, maxDelayMs: 500 };

let service: LocalService;
let proxy: FaultProxy;

beforeAll(async () => {
  service = await startLocalService({ postgresUrl: inject('postgresUrl') });
  proxy = await startFaultProxy(service.url);
});

afterAll(async () => {
  await proxy.stop();
  await service.stop();
});

test('under lost answers, 503s, latency, crashes and blocked executors, no operation of 10,000 runs twice and every result is the stored one', async () => {
  const seed = seedOfTheRun();
  const random = new Random(seed);
  const ledger = new Ledger();
  const clients = Array.from({ length: 4 }, (_, index) => newClient(`client-${index}`));
  const direct = new IdempotencyClient({ baseUrl: service.url });
  const disagreements: string[] = [];
  proxy.decide = () => drawFault(random);

  const operations = Array.from(
    { length: OPERATIONS },
    (_, index) => new FaultyOperation(`operation-${index}`, ledger, random),
  );
  const given: Given[][] = [];
  const crashesAt = new Set([0.3, 0.7].map((share) => OPERATIONS * share));

  const stalled = stalledExecutions(ledger, clients);
  await inParallel(OPERATIONS, 128, async (index) => {
    if (crashesAt.has(index)) {
      await service.kill();
      await service.start();
    }
    // Most keys are asked for twice at once, some by everybody and twice by each.
    const duplicates = random.below(10) === 0 ? [...clients, ...clients] : draw(clients, random);
    given[index] = await Promise.all(
      duplicates.map((client) => operations[index]!.executeBy(client, namespace)),
    );
  });
  const stalls = await stalled;

  await inParallel(OPERATIONS, 32, async (index) => {
    const operation = operations[index]!;
    const agrees = await operation.agrees(direct, namespace, given[index]!);
    if (!agrees || ledger.count(operation.key) !== 1)
      disagreements.push(`${operation.key}: ${JSON.stringify(given[index])}`);
  });
  const context = `FAULT_SEED=${seed}`;
  expect(ledger.twice, context).toEqual([]);
  expect(disagreements, context).toEqual([]);
  expect(stalls.length, context).toBeGreaterThan(0);
  for (const { reported, stored } of stalls) {
    expect(reported, context).toMatchObject({ value: stored, abortedBy: 'OwnershipLostError' });
  }
}, 600_000);

/** Two clients next to each other. */
function draw<T>(all: readonly T[], random: Random): T[] {
  const first = random.below(all.length);
  return [all[first]!, all[(first + 1) % all.length]!];
}

/** A client that outlasts the restarts of the service. */
function newClient(owner: string): IdempotencyClient {
  return new IdempotencyClient({ baseUrl: proxy.url, owner, retry: patience });
}

interface Stall {
  readonly reported: StallReport;
  readonly stored: unknown;
}

/**
 * Executors whose event loop is blocked for longer than their leases, while the clients ask for the same operations.
 * Whatever runs at the clients then is a second execution, which the ledger shows. An executor that was not sure of its
 * lease has run nothing, and is left out here.
 */
async function stalledExecutions(ledger: Ledger, clients: readonly IdempotencyClient[]): Promise<Stall[]> {
  const keys = Array.from({ length: STALLED }, (_, index) => `stalled-${index}`);
  const duplicates: Promise<void>[] = [];
  const begun = new Set<string>();
  const ended: StallReport[] = [];
  const request = { baseUrl: proxy.url, namespace, keys, leaseMs: 2_000, blockMs: 4_000, retry: patience };
  await stall({ ...request, onLeaseExpiry: 'block' }, (report) => {
    if (report.kind === 'ended') {
      if (begun.has(report.key)) ended.push(report);
      return;
    }
    begun.add(report.key);
    ledger.happen(report.key);
    for (const client of clients) duplicates.push(asDuplicate(client, report.key, ledger));
  });
  await Promise.all(duplicates);
  return Promise.all(
    ended.map(async (reported) => {
      const record = await clients[0]!.get({ namespace, key: reported.key });
      return { reported, stored: record?.outcome?.body };
    }),
  );
}

/** To be refused is as right as a replay. */
async function asDuplicate(client: IdempotencyClient, key: string, ledger: Ledger): Promise<void> {
  const run = () => ledger.happen(key);
  await client.execute({ namespace, key, waitMs: 120_000 }, run).catch((error: unknown) => {
    if (!(error instanceof OutcomeUnknownError)) throw error;
  });
}
