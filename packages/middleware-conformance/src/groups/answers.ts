import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { gate } from '../gate.js';
import { begin, essence, problemCode, responseTo } from '../test-client.js';
import type { World } from '../world.js';

const json = { 'content-type': 'application/json; charset=utf-8' };
const text = { 'content-type': 'text/plain; charset=utf-8' };
const bytes = { 'content-type': 'application/octet-stream' };

/** Whatever way a handler answers: captured, stored before it is sent, replayed byte for byte. */
export function answerTests(world: World): void {
  describe.each(world.adapter.ways)('a handler that answers by %s', (way) => {
    test.each([
      [
        'JSON, as it was written',
        { status: 201, headers: json, body: '{ "b":1.0,\n"a":"\u00fc\u{1f600}" }' },
      ],
      ['binary', { status: 200, headers: bytes, body: Buffer.from([0, 255, 254, 128, 13, 10, 0]) }],
      ['nothing', { status: 200, headers: text, body: '' }],
      ['a failure', { status: 404, headers: json, body: '{"error":"no such order"}' }],
    ])('has %s replayed byte for byte', async (_what, reply) => {
      const app = await world.start({ way, handle: () => reply });
      const key = world.newKey();
      const first = await app.send({ key, body: { n: 1 } });
      const second = await app.send({ key, body: { n: 1 } });
      expect([first.status, first.bytes]).toEqual([reply.status, Buffer.from(reply.body)]);
      expect(first.headers['idempotent-replayed']).toBeUndefined();
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect([second.status, second.bytes]).toEqual([first.status, first.bytes]);
      expect(second.headers['content-type']).toBe(first.headers['content-type']);
      expect(app.runs()).toBe(1);
    });

    test('has 204 replayed without a body', async () => {
      const app = await world.start({ way, handle: () => ({ status: 204 }) });
      const key = world.newKey();
      const answers = [await app.send({ key }), await app.send({ key })];
      expect(answers.map(({ status, bytes: { length } }) => [status, length])).toEqual([
        [204, 0],
        [204, 0],
      ]);
      expect(app.runs()).toBe(1);
    });

    test('is stored before the client sees the first byte', async () => {
      const app = await world.start({ way });
      const stored = gate();
      world.proxy().fault = (path) => {
        if (path.endsWith('/complete')) stored.open();
        return path.endsWith('/complete') ? 'hang' : undefined;
      };
      const outgoing = begin(`${app.url}/orders`, { key: world.newKey(), body: {} });
      let answered = false;
      outgoing.on('response', () => (answered = true)).on('error', () => undefined);
      await stored.opened;
      // Another exchange with the application: a byte that was let go would have arrived before its answer.
      expect((await app.send()).status).toBe(400);
      expect(answered).toBe(false);
      outgoing.destroy();
    });

    test('goes on when the client has gone, and the retry is given the outcome', async () => {
      const entered = gate();
      const app = await world.start({
        way,
        options: { waitMs: 10_000 },
        handle: async ({ socket }) => {
          const gone = once(socket, 'close');
          entered.open();
          await gone;
          return { status: 201, headers: text, body: 'made' };
        },
      });
      const key = world.newKey();
      const outgoing = begin(`${app.url}/orders`, { key, body: {} }).on('error', () => undefined);
      await entered.opened;
      outgoing.destroy();
      const retry = await app.send({ key, body: {} });
      expect([retry.status, retry.bytes.toString()]).toEqual([201, 'made']);
      expect(retry.headers['idempotent-replayed']).toBe('true');
      expect(app.runs()).toBe(1);
    });

    test('is completed without its body beyond the limit, and then goes through whole', async () => {
      const body = randomBytes(512 * 1024);
      const options = { maxBodyBytes: 1024, namespace: 'large' };
      const app = await world.start({ way, options, handle: () => ({ status: 201, headers: bytes, body }) });
      const key = `${way}-${world.newKey()}`.replaceAll(' ', '-');
      const message = await responseTo(begin(`${app.url}/orders`, { key, body: {} }));
      const state = (await world.client().get({ namespace: 'large', key }))?.state;
      const received = Buffer.concat(await message.toArray());
      expect([state, message.statusCode, received.equals(body)]).toEqual(['completed', 201, true]);

      const duplicate = await app.send({ key, body: {} });
      expect([duplicate.status, problemCode(duplicate)]).toEqual([409, 'COMPLETED_NOT_REPLAYABLE']);
      expect(app.runs()).toBe(1);
    });
  });

  test('allow-listed header fields are replayed, Set-Cookie never, others not', async () => {
    const headers = {
      ...json,
      location: '/orders/7',
      etag: '"v1"',
      'set-cookie': ['session=secret', 'b=2'],
      'x-internal': 'node-3',
    };
    const app = await world.start({ handle: () => ({ status: 201, headers, body: '{}' }) });
    const key = world.newKey();
    const first = await app.send({ key });
    const second = await app.send({ key });
    expect(first.headers).toMatchObject({ 'set-cookie': ['session=secret', 'b=2'], 'x-internal': 'node-3' });
    expect(second.headers).toMatchObject({
      location: '/orders/7',
      etag: '"v1"',
      'idempotent-replayed': 'true',
    });
    expect(second.headers).not.toHaveProperty('set-cookie');
    expect(second.headers).not.toHaveProperty('x-internal');
    expect(essence(second)).toBe(essence(first));
  });

  test('Set-Cookie on the allow-list is refused before the application starts', async () => {
    await expect(world.start({ middleware: { replayHeaders: ['Set-Cookie'] } })).rejects.toThrow(
      /set-cookie/,
    );
  });

  test('a response that the service finds too large is delivered, and completed without its body', async () => {
    const body = randomBytes(200 * 1024);
    const app = await world.start({ handle: () => ({ status: 201, headers: bytes, body }) });
    const key = world.newKey();
    const first = await app.send({ key });
    expect([first.status, first.bytes.equals(body)]).toEqual([201, true]);
    const duplicate = await app.send({ key });
    expect([duplicate.status, problemCode(duplicate)]).toEqual([409, 'COMPLETED_NOT_REPLAYABLE']);
    expect(app.runs()).toBe(1);
  });
}
