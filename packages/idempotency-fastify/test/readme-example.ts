import { fastify } from 'fastify';
import { idempotency, IdempotencyClient } from '@infra-services/idempotency-fastify'; // added

const client = new IdempotencyClient({ baseUrl: process.env.IDEMPOTENCY_URL ?? 'http://localhost:3000' }); // added

export const app = fastify();
await app.register(idempotency, { client }); // added; before the routes

let orders = 0;
app.post<{ Body: { item: string } }>('/orders', async (request, reply) => {
  orders += 1;
  return reply.code(201).send({ id: orders, item: request.body.item });
});
