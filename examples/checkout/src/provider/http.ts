import fastify, { type FastifyInstance } from 'fastify';
import { reach } from '../crash-points/reach.js';
import type { Ledger } from './ledger.js';

/** The card that is never charged. */
export const DECLINED_CARD = 'declined';

interface FenceBody {
  orderId: string;
  fencingToken: number;
}

interface ChargeBody extends FenceBody {
  amountCents: number;
  card: string;
}

const fenceProperties = { orderId: { type: 'string' }, fencingToken: { type: 'integer' } };
const fenceSchema = {
  body: { type: 'object', required: ['orderId', 'fencingToken'], properties: fenceProperties },
};
const chargeSchema = {
  body: {
    type: 'object',
    required: ['orderId', 'fencingToken', 'amountCents', 'card'],
    properties: {
      ...fenceProperties,
      amountCents: { type: 'integer', minimum: 1 },
      card: { type: 'string' },
    },
  },
};
const stale = { code: 'STALE_FENCING_TOKEN' };

export function providerApp(ledger: Ledger): FastifyInstance {
  const app = fastify();

  app.post<{ Body: ChargeBody }>('/charges', { schema: chargeSchema }, async (request, reply) => {
    await reach('provider-charge-received');
    const { card, ...entry } = request.body;
    if (card === DECLINED_CARD) return reply.code(402).send({ code: 'CARD_DECLINED' });
    const charge = await ledger.charge(entry);
    if (charge === null) return reply.code(409).send(stale);
    await reach('provider-charge-committed');
    return reply.code(201).send(charge);
  });

  // From its answer on, no charge below the token is taken; and all that were taken are in the answer.
  app.post<{ Body: FenceBody }>('/fences', { schema: fenceSchema }, async (request, reply) => {
    const { orderId, fencingToken } = request.body;
    if (!(await ledger.raiseFence(orderId, fencingToken))) return reply.code(409).send(stale);
    await reach('provider-fence-raised');
    return { charges: await ledger.charges(orderId) };
  });

  // For auditors: without a fence, "no charge" may be wrong a moment later.
  app.get<{ Querystring: { order: string } }>('/charges', async ({ query }) => ({
    charges: await ledger.charges(query.order),
    refusals: await ledger.refusals(query.order),
  }));

  return app;
}
