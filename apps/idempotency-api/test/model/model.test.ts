import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/world.js';
import { eventKinds } from './calls.js';
import { eventCommand, type Model } from './event-command.js';
import { RealKeys } from './real-keys.js';
import { newModelKey } from './record-model.js';

/** Sequences of events; `MODEL_RUNS` and `MODEL_SEED` make longer and other runs. */
const RUNS = Number(process.env.MODEL_RUNS ?? 80);
const SEED = Number(process.env.MODEL_SEED ?? 6);
const EVENTS = 60;

/** What the sequences have to meet, or they have shown little. */
const mustBeMet = [
  ...[
    'execute',
    'replay',
    'CLAIM_IN_PROGRESS',
    'OUTCOME_UNKNOWN',
    'CLAIM_LOST',
    'FINGERPRINT_MISMATCH',
  ].flatMap((verdict) => [`claim: ${verdict}`, `claimBatch: ${verdict}`]),
  ...['200', 'CLAIM_LOST', 'OUTCOME_CONFLICT', 'RECORD_NOT_FOUND'].flatMap((verdict) => [
    `complete: ${verdict}`,
    `completeBatch: ${verdict}`,
  ]),
  ...['200', 'CLAIM_LOST', 'RECORD_NOT_FOUND'].flatMap((verdict) => [
    `renew: ${verdict}`,
    `checkpoint: ${verdict}`,
    `release: ${verdict}`,
  ]),
  ...['200', 'NOT_RESOLVABLE', 'RECORD_NOT_FOUND'].map((verdict) => `resolve: ${verdict}`),
  ...['204', 'RECORD_OPEN', 'RECORD_NOT_FOUND'].map((verdict) => `delete: ${verdict}`),
];

describe.each([
  { memory: 'without', replayLeaseMs: 0, runs: RUNS },
  { memory: 'with', replayLeaseMs: 20, runs: Math.ceil(RUNS / 2) },
])('two replicas $memory outcomes in memory', ({ replayLeaseMs, runs }) => {
  const world = useWorld({
    replicas: 2,
    settings: { REPLAY_CACHE_LEASE_MS: String(replayLeaseMs) },
  });

  it(
    `answer ${runs} sequences of up to ${EVENTS} events as the model does, and leave its records behind (seed ${SEED})`,
    { timeout: 60_000 + runs * 2_000 },
    async () => {
      const met: Record<string, number> = {};
      const commands = fc.commands(eventKinds.map(eventCommand), { maxCommands: EVENTS, size: 'max' });
      await fc.assert(
        fc.asyncProperty(commands, async (sequence) => {
          const setup = (): { model: Model; real: RealKeys } => ({
            model: { keys: { a: newModelKey, b: newModelKey }, said: [] },
            real: new RealKeys(world, replayLeaseMs, met),
          });
          await fc.asyncModelRun(setup, sequence);
        }),
        { numRuns: runs, seed: SEED },
      );
      expect(Object.keys(met)).toEqual(expect.arrayContaining(mustBeMet));
    },
  );
});
