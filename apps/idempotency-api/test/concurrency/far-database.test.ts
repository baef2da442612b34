import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import type { TestDatabase } from '../support/database.js';
import { newKey, useWorld } from '../support/world.js';
import { contend, tally } from './contend.js';

/** Seconds. Long enough for a statement to be worth sending beside another one, three times over. */
const AWAY = 0.004;
const CALLERS = 24;
const KEYS = 300;

const outcome = { status: 201, body: { id: 'ch_1' } };

/** Every statement that writes records takes its time, as it does with a network in between. */
async function putFarAway({ pool }: TestDatabase): Promise<void> {
  await pool.query(`
    CREATE FUNCTION be_far_away() RETURNS trigger LANGUAGE plpgsql
      AS 'BEGIN PERFORM pg_sleep(${AWAY}); RETURN NULL; END';
    CREATE TRIGGER far_away BEFORE INSERT OR UPDATE ON idempotency_record
      FOR EACH STATEMENT EXECUTE FUNCTION be_far_away()`);
}

describe('over two replicas of a database far away', () => {
  const world = useWorld({ replicas: 2, arrange: putFarAway });

  /** Claims on their way: sessions of the service that are in one of its statements that grant. */
  async function claimsOnTheirWay(): Promise<number> {
    const { rows } = await world.database.pool.query<{ count: number }>(
      `SELECT count(*)::int AS count FROM pg_stat_activity
       WHERE datname = current_database() AND state = 'active' AND query LIKE '%INSERT INTO idempotency_record%'
         AND pid <> pg_backend_pid()`,
    );
    return rows[0]!.count;
  }

  /** Callers who claim new keys until told to stop, each in its own time: answered together, they would come again together. */
  function claimNewKeys(): { stop(): Promise<void> } {
    let isOver = false;
    const calling = contend(world, CALLERS, async (api, caller) => {
      while (!isOver) {
        expect((await api.claim({ key: newKey() })).status).toBe(201);
        await sleep(caller % 10);
      }
    });
    return {
      stop: async () => {
        isOver = true;
        await calling;
      },
    };
  }

  it('several statements of a replica are on their way at once', async () => {
    const load = claimNewKeys();
    try {
      // One a replica would be two in all.
      await vi.waitUntil(async () => (await claimsOnTheirWay()) > 3, { timeout: 15_000, interval: 2 });
    } finally {
      await load.stop();
    }
  });

  it('each key is executed once, and everybody else is told of it or of its outcome', async () => {
    const keys = Array.from({ length: KEYS }, newKey);
    const executions = new Map<string, number>();
    await contend(world, CALLERS, async (api, caller) => {
      for (let index = 0; index < KEYS; index++) {
        // Callers meet at the same keys, from both ends.
        const key = keys[caller % 2 === 0 ? index : KEYS - 1 - index]!;
        const { status, body } = await api.claim({ key });
        if (status === 201) {
          executions.set(key, (executions.get(key) ?? 0) + 1);
          if (index % 3 === 0) await sleep(1);
          expect((await api.complete(key, { claimToken: body.claimToken, outcome })).status).toBe(200);
        } else if (status === 200) expect(body.outcome).toMatchObject(outcome);
        else expect(body).toMatchObject({ code: 'CLAIM_IN_PROGRESS' });
      }
    });
    expect([...executions.values()].filter((count) => count !== 1)).toEqual([]);
    expect(executions.size).toBe(KEYS);
  });

  it('of calls of one key at once, one executes', async () => {
    for (let round = 0; round < 5; round++) {
      const key = newKey();
      const answers = await contend(world, 100, (api) => api.claim({ key }));
      expect(tally(answers)).toEqual({ execute: 1, CLAIM_IN_PROGRESS: 99 });
    }
  });
});
