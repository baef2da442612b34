import { describe, expect, it } from 'vitest';
import { RawSocket, rawRequest } from '../support/raw-socket.js';
import { useServiceProcess } from '../support/service-process.js';
import { newKey } from '../support/world.js';

/** The pool's connections come and go by themselves; the account has them too. */
const POOL_SIZE = 10;

const CALLERS = 50;

describe('a caller that is slow or goes away in the middle of a body', () => {
  const world = useServiceProcess();

  /** A connection whose claim the service has begun to read, and the body that is still to come. */
  const beginClaim = async (key: string): Promise<{ socket: RawSocket; body: string }> => {
    const body = JSON.stringify({ key });
    const socket = await RawSocket.open(world.api.url);
    await socket.write(
      rawRequest('POST', '/v1/claims', '', {
        'content-type': 'application/json',
        'content-length': String(body.length),
        expect: '100-continue',
      }),
    );
    expect((await socket.next())?.status).toBe(100);
    return { socket, body };
  };
  /** How many connections the service has, by its own account. */
  const connections = async (): Promise<number> => {
    const { body } = await world.api.send<string>('GET', '/metrics');
    return Number(/nodejs_active_resources\{type="TCPSocketWrap"\} (\d+)/.exec(body)?.[1]);
  };
  const rowsOf = async (keys: string[]): Promise<number> => {
    const { rows } = await world.database.pool.query('SELECT key FROM record_by_parts WHERE key = ANY($1)', [
      keys,
    ]);
    return rows.length;
  };

  it('does not hold up anybody else, and is served when it is done', async () => {
    const slow = await Promise.all(Array.from({ length: CALLERS }, () => beginClaim(newKey())));
    expect((await world.api.claim({ key: newKey() })).status).toBe(201);
    for (const byte of [0, 1, 2]) {
      for (const { socket, body } of slow) await socket.write(body.charAt(byte));
      expect((await world.api.claim({ key: newKey() })).status).toBe(201);
    }
    for (const { socket, body } of slow) {
      await socket.write(body.slice(3));
      expect((await socket.next())?.status).toBe(201);
      await socket.drop();
    }
  });

  it('leaves no row where it went away, and no failure in the log', async () => {
    const keys = Array.from({ length: CALLERS }, newKey);
    const before = await connections();
    const dropped = await Promise.all(keys.map(beginClaim));
    expect(await connections()).toBeGreaterThan(before + CALLERS - POOL_SIZE);
    for (const { socket, body } of dropped) {
      await socket.write(body.slice(0, -1));
      await socket.drop();
    }
    await expect.poll(connections).toBeLessThan(before + POOL_SIZE);
    const levels = world.log.map((line) => (JSON.parse(line) as { level: number }).level);
    expect(Math.max(...levels)).toBeLessThan(40);
    expect(await rowsOf(keys)).toBe(0);
    expect((await world.api.claim({ key: newKey() })).status).toBe(201);
  });
});
