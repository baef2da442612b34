import { randomUUID } from 'node:crypto';
import { beforeAll, describe, expect, it } from 'vitest';
import { parsePolicies } from '../../src/policies/policy-file.js';
import { ApiClient } from '../support/api-client.js';
import { holdClaim } from '../support/arrange.js';
import { guardFiles, untilAnswered } from '../support/guard-files.js';
import { newKey, useWorld } from '../support/world.js';

const policies = {
  policies: [
    {
      tenant: 'acme',
      namespace: 'payments.*',
      lease: { defaultMs: 5_000, maxMs: 60_000 },
      retention: { defaultMs: 10_000, maxMs: 3_600_000 },
      onLeaseExpiry: { allowed: ['block'] },
    },
    { tenant: '*', namespace: 'jobs', onLeaseExpiry: { default: 'takeover' }, lease: { maxMs: 1_000 } },
    { tenant: '*', namespace: '*', retention: { maxMs: 400 * 86_400_000 } },
  ],
};
const files = await guardFiles([{ tenant: 'acme' }, { tenant: 'globex' }], policies);

describe('a namespace’s policy', () => {
  const world = useWorld({ settings: files.settings });
  let acme: ApiClient;
  let globex: ApiClient;
  const namespace = 'payments.charge';

  beforeAll(() => {
    [acme, globex] = files.tokens.map((token) => new ApiClient(world.api.url, token)) as [
      ApiClient,
      ApiClient,
    ];
    return () => {
      acme.close();
      globex.close();
    };
  });

  const storedTerms = async (key: string): Promise<unknown> => {
    const { rows } = await world.database.pool.query<object>(
      'SELECT lease_ms, retention_ms::int, on_lease_expiry FROM record_by_parts WHERE key = $1',
      [key],
    );
    return rows[0];
  };

  it('says what holds for a claim that asks for nothing', async () => {
    const { key } = await holdClaim(acme, { namespace });
    expect(await storedTerms(key)).toEqual({
      lease_ms: 5_000,
      retention_ms: 10_000,
      on_lease_expiry: 'block',
    });
    const other = await holdClaim(globex, { namespace });
    expect(await storedTerms(other.key)).toMatchObject({ lease_ms: 30_000, retention_ms: 86_400_000 });
  });

  it('with a maximum below the service’s default lowers the default too', async () => {
    const { key } = await holdClaim(acme, { namespace: 'jobs' });
    expect(await storedTerms(key)).toMatchObject({ lease_ms: 1_000, on_lease_expiry: 'takeover' });
  });

  it('lets a claim ask for all that is allowed', async () => {
    const asked = { leaseMs: 60_000, retentionMs: 3_600_000, onLeaseExpiry: 'block' } as const;
    expect((await acme.claim({ key: newKey(), namespace, ...asked })).status).toBe(201);
  });

  it('refuses a claim that asks for more, naming each field, and nothing is claimed', async () => {
    const key = newKey();
    const asked = { leaseMs: 60_001, retentionMs: 3_600_001, onLeaseExpiry: 'takeover' } as const;
    const { status, body } = await acme.claim({ key, namespace, ...asked });
    expect([status, body.code]).toEqual([400, 'INVALID_REQUEST']);
    expect(body.errors).toEqual([
      { pointer: '/leaseMs', detail: "must be at most 60000 by this namespace's policy" },
      { pointer: '/retentionMs', detail: "must be at most 3600000 by this namespace's policy" },
      { pointer: '/onLeaseExpiry', detail: "must be block by this namespace's policy" },
    ]);
    expect((await acme.get(key, '', namespace)).status).toBe(404);
    expect((await globex.claim({ key, namespace, ...asked })).status).toBe(201);
  });

  it('refuses a whole batch for one claim that asks for more, before anything is done', async () => {
    const keys = [newKey(), newKey()];
    const answer = await acme.send('POST', '/v1/claims/batch', {
      json: {
        claims: [
          { key: keys[0], namespace },
          { key: keys[1], namespace, leaseMs: 60_001 },
        ],
      },
    });
    expect(answer.body.errors).toEqual([{ pointer: '/claims/1/leaseMs', detail: expect.any(String) }]);
    expect((await acme.get(keys[0]!, '', namespace)).status).toBe(404);
  });

  it('bounds renewals and completions too, and what is refused stays held', async () => {
    const { key, claimToken } = await holdClaim(acme, { namespace });
    const outcome = { status: 200 };
    const renewal = await acme.act('renew', key, { claimToken, leaseMs: 60_001 }, namespace);
    expect(renewal.body.errors?.[0]?.pointer).toBe('/leaseMs');
    const tooLong = { claimToken, outcome, retentionMs: 3_600_001 };
    const completion = await acme.complete(key, tooLong, namespace);
    expect(completion.body.errors?.[0]?.pointer).toBe('/retentionMs');
    const batch = await acme.send('POST', '/v1/completions/batch', {
      json: { completions: [{ key, namespace, ...tooLong }] },
    });
    expect(batch.body.errors?.[0]?.pointer).toBe('/completions/0/retentionMs');
    expect((await acme.complete(key, { claimToken, outcome }, namespace)).status).toBe(200);
  });

  it('bounds how long ids are remembered', async () => {
    const see = (retentionMs: number) =>
      acme.send('POST', '/v1/deduplications', { json: { namespace, ids: [randomUUID()], retentionMs } });
    expect((await see(3_600_000)).status).toBe(200);
    expect((await see(3_600_001)).body.errors?.[0]?.pointer).toBe('/retentionMs');
  });

  it('changes when the file changes, and a bad file changes nothing', async () => {
    const ask = () => acme.claim({ key: newKey(), namespace: 'changing', leaseMs: 2_000 });
    expect((await ask()).status).toBe(201);
    await files.writePolicies({
      policies: [{ tenant: 'acme', namespace: 'changing', lease: { maxMs: 1_000 } }, ...policies.policies],
    });
    await untilAnswered(ask, 400);
    await files.writePolicies({ policies: [{ tenant: 'acme' }] });
    await files.writePolicies(policies);
    await untilAnswered(ask, 201);
  });
});

it('a policies file is refused with all that is wrong with it, by index and field', () => {
  const refusal = (content: object): string => {
    try {
      parsePolicies(Buffer.from(JSON.stringify(content)));
    } catch (error) {
      return (error as Error).message;
    }
    throw new Error('was not refused');
  };
  expect(
    refusal({
      policies: [
        { namespace: 'a', lease: { maxMs: 1 } },
        { tenant: 'a', namespace: '*a', retention: { max: 1 } },
      ],
      limits: [{ tenant: '*', openClaims: 0 }],
    }),
  ).toBe(
    'policies/0/tenant is required; policies/0/lease/maxMs must be >= 100; policies/1/namespace must match pattern "^(\\*|[A-Za-z0-9._:-]+|[A-Za-z0-9._:-]*[A-Za-z0-9_:-]\\.\\*)$"; policies/1/retention has a field that is not known (known: defaultMs, maxMs); limits/0/openClaims must be >= 1',
  );
  expect(
    refusal({
      policies: [
        {
          tenant: 'a',
          namespace: 'a',
          lease: { defaultMs: 2_000, maxMs: 1_000 },
          onLeaseExpiry: { default: 'takeover', allowed: ['block'] },
        },
      ],
      limits: [{ tenant: 'a', burst: 3 }],
    }),
  ).toBe(
    'policies/0/lease/defaultMs must not be above maxMs; policies/0/onLeaseExpiry/default must be one of those allowed; limits/0/burst means nothing without requestsPerSecond',
  );
  const notTexts = [{ valueOf: 1 }, { valueOf: 1 }];
  expect(
    refusal({ policies: [{ tenant: 'a', namespace: 'a', onLeaseExpiry: { allowed: notTexts } }] }),
  ).toMatch(/^policies\/0\/onLeaseExpiry\/allowed\/0 must be string; /);
});
