import pg from 'pg';
import { describe, expect, it } from 'vitest';
import { newKey, useWorld } from '../support/world.js';

/** Ways in which a server that is up lets nobody into the database. */
const closings = [
  {
    way: 'the database takes no connections',
    close: (name: string) => `ALTER DATABASE ${name} ALLOW_CONNECTIONS false`,
    reopen: (name: string) => `ALTER DATABASE ${name} ALLOW_CONNECTIONS true`,
  },
  {
    way: 'the database is not there',
    close: (name: string) => `ALTER DATABASE ${name} RENAME TO ${name}_away`,
    reopen: (name: string) => `ALTER DATABASE ${name}_away RENAME TO ${name}`,
  },
];

describe('a store that refuses', () => {
  // Looks at Postgres for the cache would come between the eviction and the renaming.
  const world = useWorld({ settings: { REPLAY_CACHE_LEASE_MS: '0' } });

  it.each(closings)(
    'is unavailable, grants nothing, and serves again by itself: $way',
    async ({ close, reopen }) => {
      const url = new URL(world.database.url);
      const name = url.pathname.slice(1);
      url.pathname = '/postgres';
      const administrator = new pg.Client({ connectionString: url.href });
      await administrator.connect();
      try {
        const evict = () =>
          administrator.query(
            'SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = $1',
            [name],
          );
        // Renaming wants nobody connected, and the pools reconnect: evict until it is done.
        for (;;) {
          await evict();
          const closed = await administrator.query(close(name)).then(
            () => true,
            () => false,
          );
          if (closed) break;
        }
        await evict();
        const key = newKey();
        const answers = [
          await world.api.claim({ key }),
          await world.api.get(key),
          await world.api.send('GET', '/health/ready'),
          await world.api.claimBatch([{ key }, { key: newKey() }]),
        ];
        expect(answers.map(({ status, body }) => [status, (body as { code?: string }).code])).toEqual(
          Array(4).fill([503, 'STORE_UNAVAILABLE']),
        );
        expect((await world.api.send('GET', '/health/live')).status).toBe(200);
        await administrator.query(reopen(name));
        expect(await world.api.claim({ key })).toMatchObject({ status: 201, body: { attempt: 1 } });
      } finally {
        await administrator.end();
      }
    },
  );
});
