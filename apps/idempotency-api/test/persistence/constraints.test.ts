import type pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createDatabase, type TestDatabase } from '../support/database.js';
import { hourAgo, inAnHour, insertRow, rowIn, type Columns } from './rows.js';

/** Rows that would break an invariant, each with the constraint that says so. */
const refused: { row: string; columns: Columns; constraint: string }[] = [
  {
    row: 'a record in progress that nobody holds',
    columns: rowIn('in_progress', { claim_token: null }),
    constraint: 'in_progress_has_a_holder_and_a_lease',
  },
  {
    row: 'a record in progress without a lease',
    columns: rowIn('in_progress', { lease_expires_at: null }),
    constraint: 'in_progress_has_a_holder_and_a_lease',
  },
  {
    row: 'an open record that would be forgotten',
    columns: rowIn('in_progress', { expires_at: inAnHour() }),
    constraint: 'retention_exactly_when_closed',
  },
  {
    row: 'an outcome without an end of its retention',
    columns: rowIn('completed', { expires_at: null }),
    constraint: 'retention_exactly_when_closed',
  },
  {
    row: 'a released record without an end of its retention',
    columns: rowIn('released', { expires_at: null }),
    constraint: 'retention_exactly_when_closed',
  },
  {
    row: 'a completed record with a lease',
    columns: rowIn('completed', { lease_expires_at: hourAgo() }),
    constraint: 'lease_exactly_when_in_progress',
  },
  {
    row: 'a released record with a lease',
    columns: rowIn('released', { lease_expires_at: inAnHour() }),
    constraint: 'lease_exactly_when_in_progress',
  },
  {
    row: 'a completed record without an outcome',
    columns: rowIn('completed', { outcome: null, outcome_status: null }),
    constraint: 'outcome_exactly_when_completed',
  },
  {
    row: 'an outcome of which nobody knows when it came',
    columns: rowIn('completed', { completed_at: null }),
    constraint: 'outcome_exactly_when_completed',
  },
  {
    row: 'an outcome of a record in progress',
    columns: rowIn('in_progress', { outcome: Buffer.from('{}') }),
    constraint: 'outcome_exactly_when_completed',
  },
  {
    row: 'a time of completion of a released record',
    columns: rowIn('released', { completed_at: hourAgo() }),
    constraint: 'outcome_exactly_when_completed',
  },
  {
    row: "an outcome's status before there is an outcome",
    columns: rowIn('in_progress', { outcome_status: 200 }),
    constraint: 'outcome_status_only_when_completed',
  },
  {
    row: 'a completed record that was let go of',
    columns: rowIn('completed', { relinquished: true }),
    constraint: 'only_an_open_record_is_relinquished',
  },
  {
    row: 'a released record that was let go of',
    columns: rowIn('released', { relinquished: true }),
    constraint: 'only_an_open_record_is_relinquished',
  },
  {
    row: 'an open record whose deletion was announced',
    columns: rowIn('in_progress', { deletion_announced_at: hourAgo() }),
    constraint: 'only_a_completed_record_is_announced',
  },
  {
    row: 'a checkpoint without data',
    columns: rowIn('in_progress', { checkpoint_name: 'half-way' }),
    constraint: 'checkpoint_is_whole',
  },
  {
    row: 'a checkpoint without a name',
    columns: rowIn('in_progress', { checkpoint_data: Buffer.from('{}') }),
    constraint: 'checkpoint_is_whole',
  },
  {
    row: 'an attempt before the first',
    columns: rowIn('in_progress', { attempt: 0 }),
    constraint: 'attempts_count_from_one',
  },
];

describe('the schema', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createDatabase();
  });
  afterAll(() => database.drop());

  it.each(['in_progress', 'completed', 'released'] as const)('accepts a record that is %s', async (state) => {
    await expect(insertRow(database, rowIn(state))).resolves.toBeUndefined();
  });

  it.each(refused)('refuses $row', async ({ columns, constraint }) => {
    await expect(insertRow(database, columns)).rejects.toMatchObject({ code: '23514', constraint });
  });

  it('has no constraint that is not shown here', async () => {
    const { rows }: pg.QueryResult<{ name: string }> = await database.pool.query(
      `SELECT conname AS name FROM pg_constraint WHERE conrelid = 'idempotency_record'::regclass AND contype = 'c'`,
    );
    expect(new Set(rows.map(({ name }) => name))).toEqual(
      new Set(refused.map(({ constraint }) => constraint)),
    );
  });

  it.each([
    { table: 'idempotency_record', columns: ['identity'] },
    { table: 'deduplication', columns: ['tenant', 'namespace', 'id'] },
  ])('keeps one row for each primary key of $table, in the order of bytes', async ({ table, columns }) => {
    const { rows }: pg.QueryResult<{ name: string; collation: string }> = await database.pool.query(
      `SELECT a.attname::text AS name, c.collname::text AS collation
       FROM pg_index i
       CROSS JOIN unnest(i.indkey) WITH ORDINALITY AS k (attnum, position)
       JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
       JOIN pg_collation c ON c.oid = a.attcollation
       WHERE i.indisprimary AND i.indrelid = $1::regclass
       ORDER BY k.position`,
      [table],
    );
    expect(rows).toEqual(columns.map((name) => ({ name, collation: 'C' })));
  });
});
