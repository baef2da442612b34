import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compareIdentities, identityOf, type RecordKey } from '../../src/idempotency/domain/record.js';
import { useWorld } from '../support/world.js';

/** What a part of a record's name may be made of, with what sorts first and last, in short words that often agree. */
const part = fc.string({
  unit: fc.constantFrom('!', ' ', 'A', 'a', 'b', '~', '"', '\\', ':'),
  minLength: 1,
  maxLength: 4,
});
const key = fc.record<RecordKey>({ tenant: part, namespace: part, key: part });

const world = useWorld();

it('is that of the primary key in PostgreSQL, so that batches of two replicas lock in one order', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(key, { minLength: 2, maxLength: 50 }), async (keys) => {
      const { rows } = await world.database.pool.query<RecordKey>(
        `SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS r (tenant, namespace, key)
         ORDER BY tenant COLLATE "C", namespace COLLATE "C", key COLLATE "C"`,
        [
          keys.map(({ tenant }) => tenant),
          keys.map(({ namespace }) => namespace),
          keys.map((one) => one.key),
        ],
      );
      const sorted = keys.toSorted((one, other) => compareIdentities(identityOf(one), identityOf(other)));
      expect(sorted).toEqual(rows);
    }),
    { numRuns: 200 },
  );
});
