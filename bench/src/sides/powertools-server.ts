// A program: Powertools' makeIdempotent with its cache persistence layer on Redis around a Fastify route.
import { IdempotencyConfig, makeIdempotent } from '@aws-lambda-powertools/idempotency';
import { CachePersistenceLayer } from '@aws-lambda-powertools/idempotency/cache';
import { createClient } from '@redis/client';
import Fastify from 'fastify';
import { charge, executionsSoFar, type Order } from './charge.js';

/** In Lambda the runtime says how long an invocation may last; Powertools asks for it on every call. */
const INVOCATION_MS = 30_000;

const client = createClient({ url: process.env.REDIS_URL ?? '' });
await client.connect();
// Without payload validation: of 2.35.0, this layer does not keep the hash with the outcome and would refuse every replay.
const config = new IdempotencyConfig({ eventKeyJmesPath: 'key' });
config.registerLambdaContext({
  getRemainingTimeInMillis: () => INVOCATION_MS,
});

const pay = makeIdempotent(
  ({ order }: { key: string; order: Order }) => Promise.resolve({ ...charge(order) }),
  { persistenceStore: new CachePersistenceLayer({ client }), config },
);

const server = Fastify();

server.post<{ Body: Order; Headers: { 'idempotency-key': string } }>(
  '/payments/charge',
  async (request, reply) => {
    const outcome = await pay({ key: request.headers['idempotency-key'], order: request.body });
    return reply.code(201).send(outcome);
  },
);

server.get('/executions', () => executionsSoFar());

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ msg: 'listening', url }));
