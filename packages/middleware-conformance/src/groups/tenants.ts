import { describe, expect, test } from 'vitest';
import type { RequestWithHeaders } from '../adapter.js';
import type { World } from '../world.js';

/** One tenant's response never reaches another. */
export function tenantTests(world: World): void {
  describe('tenants', () => {
    test('the same key of two tenants is two operations', async () => {
      const app = await world.start({ options: { tenant } });
      const key = world.newKey();
      const a = await app.send({ key, headers: { 'x-tenant': 'a' }, body: { n: 1 } });
      const b = await app.send({ key, headers: { 'x-tenant': 'b' }, body: { n: 1 } });
      const again = await app.send({ key, headers: { 'x-tenant': 'a' }, body: { n: 1 } });
      expect([a, b, again].map(({ headers }) => headers['idempotent-replayed'])).toEqual([
        undefined,
        undefined,
        'true',
      ]);
      expect(app.runs()).toBe(2);
    });

    test('no key spells the record of another tenant, or of none', async () => {
      const app = await world.start({ options: { tenant } });
      const key = world.newKey();
      await app.send({ key, headers: { 'x-tenant': 'a' } });
      const attempts = [
        { key: `a:${key}`, headers: {} },
        { key: `"a:${key}"`, headers: { 'x-tenant': '' } },
        { key, headers: {} },
        { key: `:${key}`, headers: { 'x-tenant': 'a' } },
      ];
      for (const attempt of attempts) {
        expect((await app.send(attempt)).headers['idempotent-replayed']).toBeUndefined();
      }
      expect(app.runs()).toBe(1 + attempts.length);
    });
  });
}

function tenant({ headers }: RequestWithHeaders): string | undefined {
  const value = headers['x-tenant'];
  return typeof value === 'string' ? value : undefined;
}
