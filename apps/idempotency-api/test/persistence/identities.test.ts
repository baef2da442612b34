import { accessFields, schemas } from '@infra-services/idempotency-contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  compareIdentities,
  identitiesIn,
  identityOf,
  keyOf,
  type RecordKey,
} from '../../src/idempotency/domain/record.js';
import { useWorld } from '../support/world.js';
import { insertRow, rowIn } from './rows.js';

/** Short words that often agree and begin with each other, of characters with what sorts first and last among them. */
const words = (...characters: string[]) =>
  fc.string({ unit: fc.constantFrom(...characters), minLength: 1, maxLength: 4 });

/** What tenants and namespaces may be made of, and what keys may beyond it (the contract's patterns). */
const name = words('-', '.', '0', ':', 'A', '_', 'a', 'z');
const key = fc.record<RecordKey>({
  tenant: name,
  namespace: name,
  key: words(' ', '!', '-', 'a', '~', '"', '\\'),
});

describe('identities', () => {
  const world = useWorld();

  const sortedByParts = async (keys: readonly RecordKey[]): Promise<RecordKey[]> => {
    const { rows } = await world.database.pool.query<RecordKey>(
      `SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS r (tenant, namespace, key)
       ORDER BY tenant COLLATE "C", namespace COLLATE "C", key COLLATE "C"`,
      [keys.map(({ tenant }) => tenant), keys.map(({ namespace }) => namespace), keys.map((one) => one.key)],
    );
    return rows;
  };

  it('sort in this process as in PostgreSQL, so that batches of two replicas lock in one order, and as their parts do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(key, { minLength: 2, maxLength: 50 }), async (keys) => {
        const identities = keys.map(identityOf);
        const { rows } = await world.database.pool.query<{ identity: string }>(
          'SELECT identity FROM unnest($1::text[]) AS r (identity) ORDER BY identity COLLATE "C"',
          [identities],
        );
        const sorted = identities.toSorted(compareIdentities);
        expect(sorted).toEqual(rows.map(({ identity }) => identity));
        expect(sorted).toEqual((await sortedByParts(keys)).map(identityOf));
      }),
      { numRuns: 200 },
    );
  });

  // Otherwise two records, of two tenants even, could have one identity.
  it.each([
    { of: 'a tenant', pattern: accessFields.tenant.pattern },
    { of: 'a namespace', pattern: schemas.RecordPath.properties.namespace.pattern },
  ])('are told apart: $of contains neither the separator nor what sorts before it', ({ pattern }) => {
    const admitted = (character: string): boolean => new RegExp(pattern).test(`a${character}b`);
    expect(admitted('-')).toBe(true);
    for (let code = 0; code <= 0x20; code++) expect(admitted(String.fromCharCode(code))).toBe(false);
  });

  it('say what they are made of', () => {
    fc.assert(
      fc.property(key, (one) => {
        expect(keyOf(identityOf(one))).toEqual(one);
      }),
    );
  });

  it('of a tenant, or of one of its namespaces, are those between two bounds', () => {
    fc.assert(
      fc.property(key, key, (one, other) => {
        const isWithin = ([after, before]: readonly [string, string]): boolean =>
          identityOf(one) > after && identityOf(one) < before;
        const isOfTenant = one.tenant === other.tenant;
        expect(isWithin(identitiesIn(other.tenant, null))).toBe(isOfTenant);
        expect(isWithin(identitiesIn(other.tenant, other.namespace))).toBe(
          isOfTenant && one.namespace === other.namespace,
        );
      }),
      { numRuns: 2_000 },
    );
  });

  it('are taken apart for people by a view', async () => {
    const keys: RecordKey[] = [
      { tenant: 'default', namespace: 'payments.charge', key: 'order-1' },
      { tenant: 'a', namespace: 'b', key: 'c d  e ' },
      { tenant: 'a', namespace: 'b', key: ' ' },
    ];
    for (const one of keys) await insertRow(world.database, rowIn('released', one));
    const { rows } = await world.database.pool.query<RecordKey>(
      'SELECT tenant, namespace, key FROM record_by_parts ORDER BY identity DESC',
    );
    expect(rows).toEqual(keys);
  });
});
