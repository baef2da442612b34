import { expect, test } from 'vitest';
import { complete, untilCaching, untilHits } from '../support/cached.js';
import { useWorld } from '../support/world.js';

// Looks at Postgres that may be relied on for long: on a busy machine, too, it is memory that is asked.
const world = useWorld({ settings: { REPLAY_CACHE_LEASE_MS: '10000' } });

test('an outcome in memory is not replayed beyond its retention', async () => {
  let key = '';
  await untilHits(world.api, 1, async () => {
    key = await complete(world.api, { body: 'x' }, { retentionMs: 1_000 });
    for (let claim = 0; claim < 2; claim++) await world.api.claim({ key, request: { amount: 1 } });
  });
  await world.database.pool.query(
    `SELECT pg_sleep_until(expires_at + interval '10 milliseconds') FROM record_by_parts WHERE key = $1`,
    [key],
  );
  // What stands is still answered from memory, so that what is over would be.
  await untilCaching(world.api);

  const { body } = await world.api.claim({ key, request: { amount: 1 } });

  expect(body.decision).toBe('execute');
});
