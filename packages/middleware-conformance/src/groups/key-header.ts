import { describe, expect, test } from 'vitest';
import { essence, problemCode } from '../test-client.js';
import type { World } from '../world.js';

/** draft-ietf-httpapi-idempotency-key-header: the key, and requests without one. */
export function keyHeaderTests(world: World): void {
  describe('the Idempotency-Key header', () => {
    test('a quoted string and the same bare word are one key', async () => {
      const app = await world.start();
      const key = world.newKey();
      const first = await app.send({ key: `"${key}"`, body: { a: 1 } });
      const second = await app.send({ key, body: { a: 1 } });
      expect(second.headers['idempotent-replayed']).toBe('true');
      expect(essence(second)).toBe(essence(first));
      expect(app.runs()).toBe(1);
    });

    test('a missing key is refused where it is required', async () => {
      const app = await world.start();
      const answer = await app.send({ body: {} });
      expect([answer.status, problemCode(answer)]).toEqual([400, 'IDEMPOTENCY_KEY_MISSING']);
      expect(app.runs()).toBe(0);
    });

    test('a missing key passes where it is not required', async () => {
      const app = await world.start({ options: { required: false } });
      const answers = [await app.send({ body: {} }), await app.send({ body: {} })];
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(app.runs()).toBe(2);
    });

    test.each([
      ['empty', ['']],
      ['an empty string', ['""']],
      ['longer than 255 characters', ['k'.repeat(256)]],
      ['not ASCII', ['"sch\u00f6n"']],
      ['not closed', ['"abc']],
      ['a list of two', ['"a", "b"']],
      ['sent on two lines', ['a', 'a']],
    ])('a key that is %s is refused', async (_what, key) => {
      const app = await world.start({ options: { required: false } });
      const answer = await app.send({ key, body: {} });
      expect([answer.status, problemCode(answer)]).toEqual([400, 'IDEMPOTENCY_KEY_INVALID']);
      expect(app.runs()).toBe(0);
    });

    test('a safe method is never held up', async () => {
      const app = await world.start({ method: 'GET' });
      expect((await app.send({ method: 'GET' })).status).toBe(201);
      expect(app.runs()).toBe(1);
    });

    test.each([
      ['body', { body: { a: 2 } }, undefined],
      ['query', { body: { a: 1 } }, '/orders/7?dry=1'],
      ['path', { body: { a: 1 } }, '/orders/8'],
    ])('a key that is used with another %s is refused', async (_what, sent, target = '/orders/7') => {
      const app = await world.start({ path: '/orders/:id' });
      const key = world.newKey();
      await app.send({ key, body: { a: 1 } }, '/orders/7');
      const answer = await app.send({ key, ...sent }, target);
      expect([answer.status, problemCode(answer)]).toEqual([422, 'KEY_REUSED']);
      expect(app.runs()).toBe(1);
    });

    test('the order of members and of query parameters makes no other request', async () => {
      const app = await world.start();
      const key = world.newKey();
      await app.send({ key, body: { a: 1, b: { c: 2, d: 3 } } }, '/orders?x=1&y=2');
      const again = await app.send({ key, body: { b: { d: 3, c: 2 }, a: 1 } }, '/orders?y=2&x=1');
      expect(again.headers['idempotent-replayed']).toBe('true');
    });

    test('a body that nobody has read is refused', async () => {
      const multipart = { 'content-type': 'application/octet-stream', 'content-length': '3' };
      const sent = { headers: multipart, body: Buffer.from('abc') };
      const strict = await world.start();
      const answer = await strict.send({ key: world.newKey(), ...sent });
      expect([strict.runs(), answer.status]).toEqual([0, 415]);
    });
  });
}
