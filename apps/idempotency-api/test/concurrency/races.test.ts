import { describe, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import { useWorld } from '../support/world.js';
import { contend, verdictOf } from './contend.js';

// Every two operations and both of their orders: test/isolation.
describe('calls that end one claim at once on two replicas', () => {
  const world = useWorld({ replicas: 2 });

  it('stores exactly one of two outcomes and reports every other as a conflict', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const answers = await contend(world, 100, (api, index) =>
      // Pairs, so that each replica is sent both outcomes.
      api.complete(key, { claimToken, outcome: { body: `outcome ${(index >> 1) % 2}` } }),
    );
    const { body: record } = await world.api.get(key);
    const expected = answers.map((_, index) =>
      record.outcome?.body === `outcome ${(index >> 1) % 2}` ? '200' : 'OUTCOME_CONFLICT',
    );
    expect(answers.map(verdictOf)).toEqual(expected);
    expect(new Set(expected)).toEqual(new Set(['200', 'OUTCOME_CONFLICT']));
  });

  it('audits a deletion by force with the state that it met', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const [completion] = await Promise.all([
      world.replicas[0]!.complete(key, { claimToken, outcome: {} }),
      world.replicas[1]!.delete(key, '?force=true'),
    ]);
    const { rows } = await world.database.pool.query<{ state: string }>(
      `SELECT detail ->> 'state' AS state FROM audit_entry WHERE key = $1 AND action = 'delete'`,
      [key],
    );
    expect(rows).toEqual([{ state: completion.status === 200 ? 'completed' : 'in_progress' }]);
  });
});
