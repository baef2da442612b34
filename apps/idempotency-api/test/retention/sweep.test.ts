import { beforeEach, describe, expect, it } from 'vitest';
import { RetentionSweeper } from '../../src/retention/retention.sweeper.js';
import { hourAgo, inAnHour, insertRow, rowIn, type Columns } from '../persistence/rows.js';
import { runnerOf } from '../support/tasks.js';
import { useWorld } from '../support/world.js';
import { insertExpiredIds, insertExpiredRecords, remaining, sweeperOf } from './expired-rows.js';

/** Longer ago than any retention: an open record is kept however old it is. */
const yearsAgo = new Date('2020-01-01T00:00:00Z');
const old = { created_at: yearsAgo, updated_at: yearsAgo };

describe('a sweep', () => {
  const world = useWorld({ replicas: 2, settings: { SWEEP_BATCH_SIZE: '10', BACKGROUND_POLL_MS: '60000' } });
  beforeEach(async () => {
    await world.database.pool.query('TRUNCATE idempotency_record, deduplication');
  });

  const kept: Columns[] = [
    rowIn('in_progress', { ...old, key: 'kept: lease live' }),
    rowIn('in_progress', { ...old, key: 'kept: lease over, block', lease_expires_at: yearsAgo }),
    rowIn('in_progress', {
      ...old,
      key: 'kept: lease over, takeover',
      lease_expires_at: yearsAgo,
      on_lease_expiry: 'takeover',
    }),
    rowIn('in_progress', { ...old, key: 'kept: let go of', lease_expires_at: yearsAgo, relinquished: true }),
    rowIn('completed', { ...old, key: 'kept: outcome replays', expires_at: inAnHour() }),
    rowIn('released', { ...old, key: 'kept: released', expires_at: inAnHour() }),
    // Claims that began before it was over may still be on their way, and are to find its fencing token.
    rowIn('completed', { key: 'kept: over for a minute', expires_at: new Date(Date.now() - 60_000) }),
  ];
  const over: Columns[] = [
    rowIn('completed', { key: 'over: completed', expires_at: hourAgo() }),
    rowIn('released', { key: 'over: released', expires_at: hourAgo() }),
    rowIn('released', { key: 'over: resolved for retry', claim_token: null, expires_at: hourAgo() }),
  ];

  it('deletes exactly what is over, and never an open record however old', async () => {
    for (const row of [...kept, ...over]) await insertRow(world.database, row);
    await insertExpiredIds(world.database, 'over: id', 3);
    await world.api.send('POST', '/v1/deduplications', { json: { ids: ['kept: id'] } });

    await world.apps[0]!.get(RetentionSweeper).sweep();
    expect(await remaining(world.database)).toEqual([...kept.map((row) => row.key), 'kept: id'].sort());
  });

  it('takes batches of bounded size until nothing is over', async () => {
    await insertExpiredRecords(world.database, 'over', 25);
    await insertExpiredIds(world.database, 'over', 20);
    const { sweeper, swept } = sweeperOf(world, 0, 10);
    await sweeper.sweep();
    expect(swept).toEqual([
      ...[10, 10, 5].map((rows) => ({ table: 'idempotency_record', rows })),
      ...[10, 10, 0].map((rows) => ({ table: 'deduplication', rows })),
    ]);
    expect(await remaining(world.database)).toEqual([]);
  });

  it("uses the service's own batch size", async () => {
    await insertExpiredRecords(world.database, 'over', 25);
    await world.database.pool.query(`
      CREATE TABLE statement (deleted int);
      CREATE FUNCTION note_statement() RETURNS trigger LANGUAGE plpgsql AS
        'BEGIN INSERT INTO statement SELECT count(*) FROM gone; RETURN NULL; END';
      CREATE TRIGGER note_statement AFTER DELETE ON idempotency_record
        REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION note_statement()`);
    await world.apps[0]!.get(RetentionSweeper).sweep();
    const { rows } = await world.database.pool.query('SELECT deleted FROM statement');
    await world.database.pool.query('DROP TRIGGER note_statement ON idempotency_record');
    expect(rows).toEqual([{ deleted: 10 }, { deleted: 10 }, { deleted: 5 }]);
  });

  it('does not wait for a row that somebody has locked, and takes it the next time', async () => {
    await insertExpiredRecords(world.database, 'over', 25);
    await insertExpiredIds(world.database, 'over', 5);
    const holder = await world.database.pool.connect();
    try {
      await holder.query('BEGIN');
      await holder.query(`SELECT 1 FROM record_by_parts WHERE key = 'over-7' FOR UPDATE`);
      await holder.query(`SELECT 1 FROM deduplication WHERE id = 'over-3' FOR UPDATE`);
      // The lock is not let go of until the sweep is done: one that waited would fail by its lock timeout.
      await world.apps[0]!.get(RetentionSweeper).sweep();
      expect(await remaining(world.database)).toEqual(['over-3', 'over-7']);
      await holder.query('ROLLBACK');
    } finally {
      holder.release();
    }
    await world.apps[0]!.get(RetentionSweeper).sweep();
    expect(await remaining(world.database)).toEqual([]);
  });

  it('shares the work with the sweeps of other replicas: each row is deleted once', async () => {
    await insertExpiredRecords(world.database, 'over', 2_000);
    await insertExpiredIds(world.database, 'over', 2_000);
    const sweepers = [0, 1, 0, 1].map((replica) => sweeperOf(world, replica, 100));
    await Promise.all(sweepers.map(({ sweeper }) => sweeper.sweep()));
    const swept = sweepers.flatMap((sweeper) => sweeper.swept);
    const sum = (table: string): number =>
      swept.filter((entry) => entry.table === table).reduce((total, entry) => total + entry.rows, 0);
    expect([sum('idempotency_record'), sum('deduplication')]).toEqual([2_000, 2_000]);
    expect(await remaining(world.database)).toEqual([]);
  });

  it('stops after the batch in hand when its turn is over', async () => {
    await insertExpiredRecords(world.database, 'over', 100);
    const { sweeper, swept } = sweeperOf(world, 0, 10);
    expect(await sweeper.sweep(() => Promise.resolve(false))).toBe(false);
    expect(swept.filter(({ table }) => table === 'idempotency_record')).toEqual([
      { table: 'idempotency_record', rows: 10 },
    ]);
  });

  it('runs by itself, again and again', async () => {
    const { sweeper } = sweeperOf(world, 0, 10, 20);
    // The service's own runners look once a minute: this one takes the turns.
    await world.database.pool.query('DELETE FROM background_task');
    const runner = runnerOf(world, 0, [sweeper]);
    runner.start();
    for (const prefix of ['first', 'second']) {
      await insertExpiredRecords(world.database, prefix, 25);
      await expect.poll(() => remaining(world.database), { timeout: 10_000 }).toEqual([]);
    }
    await runner.stop();
  });
});
