import { describe, expect, it } from 'vitest';
import { StoreFailure } from '../../src/errors/store-failure.js';
import { errorLine } from '../../src/infrastructure/logging/error-line.js';
import { keyHash } from '../../src/infrastructure/logging/logger.js';
import { holdClaim } from '../support/arrange.js';
import { newKey, useWorld, type World } from '../support/world.js';

type Line = Record<string, unknown> & { requestId?: string; msg?: string };

/** The lines about one call, once its answer has been written. */
async function linesOf(world: World, requestId: unknown): Promise<Line[]> {
  const found = (): Line[] =>
    world.logs.map((line) => JSON.parse(line) as Line).filter((line) => line.requestId === requestId);
  await expect.poll(() => found().some(({ msg }) => msg === 'call'), { timeout: 15_000 }).toBe(true);
  return found();
}

describe('every call leaves one line', () => {
  const world = useWorld();

  it('that says which operation it was, how it ended, how long it took, and hashes its key', async () => {
    const key = newKey();
    const { headers } = await world.api.claim({ key });
    const lines = await linesOf(world, headers['x-request-id']);
    expect(lines).toEqual([
      {
        level: 30,
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        service: 'idempotency-api',
        requestId: headers['x-request-id'],
        method: 'POST',
        route: '/v1/claims',
        operation: 'claim',
        status: 201,
        keyHash: keyHash(key),
        ms: expect.any(Number),
        msg: 'call',
      },
    ]);
  });

  it.each([
    {
      method: 'GET',
      path: `/v1/records/default/${newKey()}`,
      line: { operation: 'getRecord', status: 404, code: 'RECORD_NOT_FOUND' },
    },
    {
      method: 'POST',
      path: '/v1/claims',
      line: { operation: 'claim', status: 400, code: 'INVALID_REQUEST' },
    },
    {
      method: 'GET',
      path: '/nowhere',
      line: { operation: 'other', route: null, status: 404, code: 'ROUTE_NOT_FOUND' },
    },
  ])('with the code of what it was refused with: $line.code', async ({ method, path, line }) => {
    const sending = method === 'POST' ? { json: {} } : {};
    const { headers } = await world.api.send(method, path, sending);
    const lines = await linesOf(world, headers['x-request-id']);
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject(line);
  });

  it('with the trace that its caller names, where that is one', async () => {
    const traceId = '4bf92f3577b34da6a3ce929d0e0e4736';
    const call = (traceparent: string): Promise<Line[]> =>
      world.api
        .claim({ key: newKey() }, { headers: { traceparent } })
        .then(({ headers }) => linesOf(world, headers['x-request-id']));
    expect(await call(`00-${traceId}-00f067aa0ba902b7-01`)).toMatchObject([{ traceId }]);
    expect((await call(`00-${traceId}"-00f067aa0ba902b7-01`))[0]).not.toHaveProperty('traceId');
  });

  it('and a failure of ours one more, with its causes', async () => {
    const held = await holdClaim(world.api);
    await world.database.pool.query('ALTER TABLE audit_entry ADD CONSTRAINT refused CHECK (false) NOT VALID');
    const { headers } = await world.api.delete(held.key, '?force=true');
    const lines = await linesOf(world, headers['x-request-id']);
    const [failure, call] = lines.sort((a, b) => Number(b.level) - Number(a.level));
    expect(lines).toHaveLength(2);
    expect(call).toMatchObject({ status: 500, code: 'INTERNAL_ERROR' });
    expect(failure).toMatchObject({ level: 50, code: 'INTERNAL_ERROR', err: { type: 'StoreFailure' } });
    expect(JSON.stringify(failure)).toContain('23514');
  });
});

describe.each([
  { calls: 'failed', statuses: [404] },
  { calls: 'none', statuses: [] },
])('LOG_CALLS=$calls', ({ calls, statuses }) => {
  const world = useWorld({ settings: { LOG_CALLS: calls } });

  it(`leaves lines of ${JSON.stringify(statuses)}`, async () => {
    await world.api.claim({ key: newKey() });
    await world.api.get(newKey());
    // By then what the calls before it leave is written: hooks run in the order of the answers.
    await world.api.send('GET', '/health/live');
    const lines = world.logs.map((line) => JSON.parse(line) as Line).filter(({ msg }) => msg === 'call');
    expect(lines.map(({ status }) => status)).toEqual(statuses);
  });
});

describe('an error in a line', () => {
  it('is its type, message, code, frames and causes, and none of its other properties', () => {
    const cause = Object.assign(new Error('refused'), {
      code: 'ECONNREFUSED',
      client: { password: 'secret' },
    });
    const line = errorLine(new StoreFailure('unavailable', 'away', cause));
    expect(line).toMatchObject({
      type: 'StoreFailure',
      cause: { type: 'Error', message: 'refused', code: 'ECONNREFUSED' },
    });
    expect(line.stack).toMatch(/^at /);
    expect(JSON.stringify(line)).not.toContain('secret');
  });

  it('never shows the value that PostgreSQL quotes in a refusal of data', () => {
    const refused = Object.assign(new Error('invalid input syntax for type uuid: "secret"'), {
      code: '22P02',
    });
    expect(JSON.stringify(errorLine(refused))).not.toContain('secret');
  });

  it('comes to an end where causes go round in a circle', () => {
    const error = new Error('round');
    error.cause = error;
    expect(JSON.stringify(errorLine(error)).match(/"round"/g)).toHaveLength(6);
  });

  it('that is no error says so, and not what it is', () => {
    expect(errorLine('secret')).toEqual({ type: 'string', message: 'something that is no error was thrown' });
  });
});
