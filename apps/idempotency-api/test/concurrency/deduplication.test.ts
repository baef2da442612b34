import { randomUUID } from 'node:crypto';
import type { DeduplicationResponse } from '@infra-services/idempotency-contract';
import { describe, expect, it } from 'vitest';
import { useWorld } from '../support/world.js';
import { contend } from './contend.js';
import { seededRandom } from './seeded-random.js';

const CALLERS = 20;

describe('20 consumers that see the same messages over two replicas', () => {
  const world = useWorld({ replicas: 2 });

  /** Each consumer names most of the ids, in an order of its own, some of them twice; how often each was first. */
  async function consume(namespace: string, ids: readonly string[]): Promise<Map<string, number>> {
    const answers = await contend(world, CALLERS, (api, index) => {
      const random = seededRandom(index);
      const seen = random.shuffle(ids).slice(index);
      const named = random.shuffle([...seen, ...seen.slice(0, 50)]);
      return api.send<DeduplicationResponse>('POST', '/v1/deduplications', {
        json: { namespace, ids: named },
      });
    });
    expect(answers.map((answer) => answer.status)).toEqual(Array.from({ length: CALLERS }, () => 200));
    const firsts = new Map<string, number>();
    for (const { id, first } of answers.flatMap((answer) => answer.body.results)) {
      firsts.set(id, (firsts.get(id) ?? 0) + (first ? 1 : 0));
    }
    return firsts;
  }

  it.each([
    { naming: 'few ids', count: 60 },
    { naming: 'many ids', count: 600 },
  ])('hears "first" exactly once for each of $naming, and once again when retention is over', async (row) => {
    const namespace = `messages.${randomUUID()}`;
    const ids = Array.from({ length: row.count }, (_, index) => `message-${index}`);
    const onceEach = new Map(ids.map((id) => [id, 1]));
    expect(new Map([...(await consume(namespace, ids))].sort())).toEqual(new Map([...onceEach].sort()));

    const again = await consume(namespace, ids);
    expect([...again.values()].every((times) => times === 0)).toBe(true);

    await world.database.pool.query(
      `UPDATE deduplication SET expires_at = clock_timestamp() - interval '1 ms' WHERE namespace = $1`,
      [namespace],
    );
    expect(new Map([...(await consume(namespace, ids))].sort())).toEqual(new Map([...onceEach].sort()));
  });
});
