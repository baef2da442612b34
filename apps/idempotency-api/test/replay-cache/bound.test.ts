import { expect, it, onTestFinished } from 'vitest';
import { CacheLease } from '../../src/idempotency/replay-cache/cache-lease.js';
import { ReplayCache } from '../../src/idempotency/replay-cache/replay-cache.js';

const HOUR_MS = 3_600_000;

it.each([
  { text: 'in one byte a character', body: 'x'.repeat(2_000), isKept: true },
  { text: 'in two, for one character that is not in Latin-1', body: `${'x'.repeat(1_999)}漢`, isKept: false },
])('the bound of the memory counts what a text takes there: $text', async ({ body, isKept }) => {
  const readTerms = () => Promise.resolve({ at: new Date(), generations: new Array<number>(256).fill(0) });
  const lease = new CacheLease({ leaseMs: HOUR_MS, readTerms });
  lease.start();
  onTestFinished(() => lease.stop());
  await expect.poll(() => lease.current()).toBeDefined();
  const cache = new ReplayCache({ maxBytes: 4_000, lease, shared: undefined, onLookUp: () => undefined });
  const record = { tenant: 'default', namespace: 'default', key: 'k' };
  cache.keep(
    {
      ...record,
      fingerprint: null,
      outcome: { status: 200, rest: JSON.stringify({ body }) },
      completedAt: new Date(),
      expiresAt: new Date(Date.now() + HOUR_MS),
      attempt: 1,
      isBeingDeleted: false,
    },
    cache.terms(),
  );
  expect(cache.find(record) !== undefined).toBe(isKept);
});
