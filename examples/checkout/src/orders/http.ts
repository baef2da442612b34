import fastify, { type FastifyInstance } from 'fastify';
import { reach } from '../crash-points/reach.js';
import type { Checkout } from './checkout.js';
import { isSettled, type NewOrder, type Order } from './order.js';
import type { OrderStore } from './order-store.js';

const newOrderSchema = {
  body: {
    type: 'object',
    required: ['id', 'amountCents', 'card'],
    properties: {
      id: { type: 'string', minLength: 1, maxLength: 64, pattern: '^[A-Za-z0-9._-]+$' },
      amountCents: { type: 'integer', minimum: 1 },
      card: { type: 'string', minLength: 1 },
    },
  },
};

export function ordersApp(store: OrderStore, checkout: Checkout): FastifyInstance {
  const app = fastify();

  // 200: settled. 202: not yet; ask again, by the same call or by GET.
  app.post<{ Body: NewOrder }>('/orders', { schema: newOrderSchema }, async ({ body }, reply) => {
    await store.receive(body);
    await reach('order-received');
    const known = await store.find(body.id);
    if (known?.amountCents !== body.amountCents || known.card !== body.card) {
      return reply.code(422).send({ code: 'OTHER_ORDER_OF_THIS_ID' });
    }
    const order = await checkout.continueOrder(body.id);
    return reply.code(isSettled(order) ? 200 : 202).send(answerOf(order));
  });

  app.get<{ Params: { id: string } }>('/orders/:id', async ({ params }, reply) => {
    const order = await store.find(params.id);
    return order ? answerOf(order) : reply.code(404).send({ code: 'NO_SUCH_ORDER' });
  });

  return app;
}

function answerOf({ id, state, chargeId, trackingNumber }: Order): Partial<Order> {
  return { id, state, chargeId, trackingNumber };
}
