import { describe, expect, it } from 'vitest';
import type { Deletion } from '../../src/idempotency/domain/resolution.js';
import { eraseAnnounced } from '../../src/idempotency/persistence/sql/erase-announced.js';
import { Database } from '../../src/infrastructure/database/database.js';
import { useWorld } from '../support/world.js';
import { hourAgo, insertRow, rowIn, type Columns } from './rows.js';

/** The fencing token of the record that was announced; what is found may be another one in its place. */
const ANNOUNCED = 5;

const others: { what: string; columns: Partial<Columns> }[] = [
  {
    what: 'one that was claimed and completed in its place, and that another deletion has announced just now',
    columns: { fencing_token: ANNOUNCED + 1, deletion_announced_at: new Date() },
  },
  {
    what: 'one that was claimed and completed in its place',
    columns: { fencing_token: ANNOUNCED + 1 },
  },
  { what: 'one that nobody has announced', columns: { fencing_token: ANNOUNCED } },
];

describe('the second half of a deletion', () => {
  const world = useWorld();

  it('forgets the record that was announced', async () => {
    const row = rowIn('completed', { fencing_token: ANNOUNCED, deletion_announced_at: hourAgo() });
    await insertRow(world.database, row);
    expect(await secondHalf(row)).toBe(true);
    expect(await outcomeOf(row)).toBeNull();
  });

  it.each(others)('leaves alone $what', async ({ columns }) => {
    const row = rowIn('completed', columns);
    await insertRow(world.database, row);
    expect(await secondHalf(row)).toBe(false);
    expect(await outcomeOf(row)).toEqual(row.outcome);
  });

  function secondHalf({ tenant, namespace, key }: Columns): Promise<boolean> {
    const deletion: Deletion = { tenant, namespace, key, force: false, actor: 'operator' };
    return eraseAnnounced(world.apps[0]!.get(Database), deletion, ANNOUNCED);
  }

  async function outcomeOf({ key }: Columns): Promise<Buffer | null | undefined> {
    const { rows } = await world.database.pool.query<{ outcome: Buffer | null }>(
      'SELECT outcome FROM record_by_parts WHERE key = $1',
      [key],
    );
    return rows[0]?.outcome;
  }
});
