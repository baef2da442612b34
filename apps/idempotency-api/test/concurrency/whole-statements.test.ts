import { describe, expect, it } from 'vitest';
import { newKey, useWorld } from '../support/world.js';
import { replicaFor } from './contend.js';
import { seededRandom } from './seeded-random.js';

const CALLERS = 12;
const ROUNDS = 15;
const KEYS = 600;
/** Three statements' worth: while one is on its way a whole one waits, which leaves beside it if no key is in both. */
const KEYS_A_CALL = 24;
const BATCH_MAX_SIZE = '8';

describe('whole statements beside each other', () => {
  const world = useWorld({ replicas: 2, settings: { BATCH_MAX_SIZE } });

  it(
    'let one caller execute, and answer the calls of one key in their order',
    { timeout: 60_000 },
    async () => {
      const random = seededRandom(1);
      const keys = Array.from({ length: KEYS }, newKey);
      const executions = new Map<string, number>();
      const caller = async (number: number): Promise<void> => {
        const api = replicaFor(world, number);
        for (let round = 0; round < ROUNDS; round++) {
          const chosen = random.shuffle(keys).slice(0, KEYS_A_CALL);
          // Each key twice in a call: the second is told that the first has it, or what that one was told.
          const { status, body } = await api.claimBatch([...chosen, ...chosen].map((key) => ({ key })));
          expect(status).toBe(200);
          const statuses = body.results.map((result) => result.status);
          for (const [index, key] of chosen.entries()) {
            expect([statuses[index], statuses[index + chosen.length]]).toEqual([expect.any(Number), 409]);
            if (statuses[index] === 201) executions.set(key, (executions.get(key) ?? 0) + 1);
            else expect(statuses[index]).toBe(409);
          }
        }
      };
      await Promise.all(Array.from({ length: CALLERS }, (_, number) => caller(number)));

      expect(executions.size).toBeGreaterThan(KEYS * 0.9);
      expect([...executions.values()].filter((count) => count !== 1)).toEqual([]);
    },
  );
});
