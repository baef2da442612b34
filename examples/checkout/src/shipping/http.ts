import fastify, { type FastifyInstance } from 'fastify';
import { consume, type ConsumerDependencies } from './consumer.js';
import type { OrderPaidMessage } from './message.js';

const messageSchema = {
  body: {
    type: 'object',
    required: ['id', 'orderId'],
    properties: { id: { type: 'string' }, orderId: { type: 'string' } },
  },
};

export function shippingApp(dependencies: ConsumerDependencies): FastifyInstance {
  const app = fastify();

  // 200 acknowledges the message. Anything else, and no answer, means: deliver it again.
  app.post<{ Body: OrderPaidMessage }>('/messages', { schema: messageSchema }, ({ body }) =>
    consume(body, dependencies),
  );

  app.get<{ Querystring: { order: string } }>('/counts', ({ query }) =>
    dependencies.store.counts(query.order),
  );

  return app;
}
