// A program: node-idempotency with its Redis adapter around a Fastify route.
import { Idempotency } from '@node-idempotency/core';
import { RedisStorageAdapter } from '@node-idempotency/storage-adapter-redis';
import Fastify from 'fastify';
import { charge, executionsSoFar, type Charge, type Order } from './charge.js';

const storage = new RedisStorageAdapter({ url: process.env.REDIS_URL ?? '' });
await storage.connect();
const idempotency = new Idempotency(storage);
const server = Fastify();

server.post<{ Body: Order }>('/payments/charge', async (request, reply) => {
  const call = {
    method: request.method,
    path: request.url,
    headers: request.headers,
    body: { ...request.body },
  };
  const earlier = await idempotency.onRequest<Charge, unknown>(call);
  if (earlier) return reply.code(201).send(earlier.body);
  const body = charge(request.body);
  await idempotency.onResponse(call, { body });
  return reply.code(201).send(body);
});

server.get('/executions', () => executionsSoFar());

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ msg: 'listening', url }));
