// A program: a DBOS workflow with one step behind Fastify; the key is the workflow's id.
import { DBOS } from '@dbos-inc/dbos-sdk';
import Fastify from 'fastify';
import { charge, type Charge, type Order } from './charge.js';

DBOS.setConfig({
  name: 'bench',
  systemDatabaseUrl: process.env.DATABASE_URL ?? '',
  // As many as the hand-rolled side has.
  systemDatabasePoolSize: 20,
  logLevel: 'error',
});

const pay = DBOS.registerWorkflow(
  (order: Order): Promise<Charge> => DBOS.runStep(() => Promise.resolve(charge(order)), { name: 'charge' }),
  { name: 'pay' },
);
await DBOS.launch();

const server = Fastify();

server.post<{ Body: Order; Headers: { 'idempotency-key': string } }>(
  '/payments/charge',
  async (request, reply) => {
    const handle = await DBOS.startWorkflow(pay, { workflowID: request.headers['idempotency-key'] })(
      request.body,
    );
    const outcome = await handle.getResult();
    return reply.code(201).send(outcome);
  },
);

const url = await server.listen({ host: '127.0.0.1', port: 0 });
console.log(JSON.stringify({ msg: 'listening', url }));
