import { describe, expect, test } from 'vitest';
import { gate } from '../gate.js';
import { problemCode } from '../test-client.js';
import type { World } from '../world.js';

const text = { 'content-type': 'text/plain; charset=utf-8' };

/** What a response, an error or the state of the record says about the operation. */
export function meaningTests(world: World): void {
  describe('what an answer means', () => {
    test.each([500, 503])(
      'a %i is delivered, and nobody executes again before it is resolved',
      async (status) => {
        const app = await world.start({ handle: () => ({ status, headers: text, body: 'oops' }) });
        const key = world.newKey();
        const first = await app.send({ key });
        expect([first.status, first.bytes.toString()]).toEqual([status, 'oops']);
        const second = await app.send({ key });
        expect([second.status, problemCode(second)]).toEqual([409, 'OUTCOME_UNKNOWN']);
        expect(app.runs()).toBe(1);
      },
    );

    test('a thrown error leaves the outcome unknown', async () => {
      const app = await world.start({ handle: () => Promise.reject(new Error('boom')) });
      const key = world.newKey();
      expect((await app.send({ key })).status).toBe(500);
      expect(problemCode(await app.send({ key }))).toBe('OUTCOME_UNKNOWN');
      expect(app.runs()).toBe(1);
    });

    test('an error that the framework answers with a 4xx is an outcome', async () => {
      const error = Object.assign(new Error('no such order'), { statusCode: 404, status: 404 });
      const app = await world.start({ handle: () => Promise.reject(error) });
      const key = world.newKey();
      const first = await app.send({ key });
      const second = await app.send({ key });
      expect([first.status, second.status]).toEqual([404, 404]);
      expect([second.bytes, second.headers['idempotent-replayed']]).toEqual([first.bytes, 'true']);
      expect(app.runs()).toBe(1);
    });

    test.each([401, 425, 429])('a %i leaves the key free', async (status) => {
      const statuses = [status, 201];
      const app = await world.start({
        handle: () => ({ status: statuses.shift() ?? 0, headers: text, body: 'x' }),
      });
      const key = world.newKey();
      expect((await app.send({ key })).status).toBe(status);
      expect((await app.send({ key })).status).toBe(201);
      expect((await app.send({ key })).headers['idempotent-replayed']).toBe('true');
      expect(app.runs()).toBe(2);
    });

    test('a mapping decides otherwise', async () => {
      const app = await world.start({
        options: { outcomeOf: ({ status }) => (status === 500 ? 'store' : undefined) },
        handle: () => ({ status: 500, headers: text, body: 'for good' }),
      });
      const key = world.newKey();
      await app.send({ key });
      const second = await app.send({ key });
      expect([second.status, second.bytes.toString(), second.headers['idempotent-replayed']]).toEqual([
        500,
        'for good',
        'true',
      ]);
    });

    test('the handler has the last word', async () => {
      const app = await world.start({
        handle: ({ execution }) => {
          execution?.declare('nothing-happened');
          return { status: 500, headers: text, body: 'not even begun' };
        },
      });
      const key = world.newKey();
      await app.send({ key });
      expect((await app.send({ key })).status).toBe(500);
      expect(app.runs()).toBe(2);
    });

    test('under takeover an unknown outcome lets the next request execute, with a greater fencing token', async () => {
      const tokens: number[] = [];
      const app = await world.start({
        options: { onLeaseExpiry: 'takeover' },
        handle: ({ execution }) => {
          tokens.push(execution?.fencingToken ?? 0);
          return { status: tokens.length === 1 ? 500 : 201, headers: text, body: 'x' };
        },
      });
      const key = world.newKey();
      await app.send({ key });
      expect((await app.send({ key })).status).toBe(201);
      expect(tokens[1]).toBeGreaterThan(tokens[0] ?? Infinity);
    });

    test('a handler that never answers is given up: its outcome is unknown', async () => {
      const never = gate();
      const app = await world.start({
        options: { maxExecutionMs: 50 },
        handle: async () => {
          await never.opened;
          return { status: 201, headers: text, body: 'late' };
        },
      });
      const key = world.newKey();
      const first = await app.send({ key });
      expect([first.status, problemCode(first)]).toEqual([503, 'OUTCOME_NOT_RECORDED']);
      never.open();
      expect(problemCode(await app.send({ key }))).toBe('OUTCOME_UNKNOWN');
      expect(app.runs()).toBe(1);
    });

    test('an outcome that cannot be stored is never given out as a success', async () => {
      const options = { namespace: 'deleted-meanwhile' };
      const key = world.newKey();
      const app = await world.start({
        options,
        handle: async () => {
          await world.client().delete({ ...options, key }, { force: true });
          return { status: 201, headers: { ...text, 'set-cookie': 'a=1' }, body: 'charged' };
        },
      });
      const answer = await app.send({ key });
      expect([answer.status, problemCode(answer)]).toEqual([503, 'OUTCOME_NOT_RECORDED']);
      expect(answer.headers).not.toHaveProperty('set-cookie');
      expect(answer.headers['retry-after']).toBe('1');
    });
  });
}
