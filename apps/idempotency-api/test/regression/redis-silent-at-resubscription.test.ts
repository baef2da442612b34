import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { RedisConnection } from '../../src/infrastructure/redis/redis-connection.js';

// Found by chaos (seed 7: "kill redis", "pause redis"). A replica whose Redis came back, and was silent when the replica
// subscribed again, ended: the Redis client resubscribes by itself, that command had the time limit of all others, and nobody
// was there to catch its failure. Redis being away must cost speed alone. Now the subscription is asked for by us on every
// connection, and has no time limit.

const TIMEOUT_MS = 20;

test('a Redis that comes back and is silent at the subscription does not end the process', async () => {
  const unhandled: unknown[] = [];
  const note = (reason: unknown): void => void unhandled.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const silent = await silentAtSecondSubscription();
  const redis = new RedisConnection({
    url: silent.url,
    timeoutMs: TIMEOUT_MS,
    onStateChange: () => undefined,
  });
  onTestFinished(() => redis.close());

  redis.subscribe('channel', () => undefined);
  await silent.askedTwice;
  await sleep(10 * TIMEOUT_MS);

  expect(unhandled).toEqual([]);
});

/** Says of Redis' protocol what a subscriber needs; breaks the first connection that subscribed, ignores the second. */
async function silentAtSecondSubscription(): Promise<{ url: string; askedTwice: Promise<void> }> {
  const sockets = new Set<Socket>();
  let subscriptions = 0;
  let settle = (): void => undefined;
  const askedTwice = new Promise<void>((resolve) => {
    settle = resolve;
  });
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    socket.on('data', (bytes) => {
      for (const [, command] of bytes.toString().matchAll(/\*\d+\r\n\$\d+\r\n(\w+)/gu)) {
        if (command?.toLowerCase() === 'info') socket.write('$11\r\nloading:0\r\n\r\n');
        else if (command?.toLowerCase() !== 'subscribe') socket.write('+OK\r\n');
        else if ((subscriptions += 1) > 1) settle();
        else {
          socket.write('*3\r\n$9\r\nsubscribe\r\n$7\r\nchannel\r\n:1\r\n');
          setTimeout(() => socket.destroy(), TIMEOUT_MS);
        }
      }
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { url: `redis://127.0.0.1:${(server.address() as AddressInfo).port}`, askedTwice };
}
