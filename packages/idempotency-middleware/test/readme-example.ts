import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';
import { IdempotencyClient } from '@infra-services/idempotency-client';
import { guardResponse, IdempotencyMiddleware, nodeRequest } from '@infra-services/idempotency-middleware';

const client = new IdempotencyClient({ baseUrl: process.env.IDEMPOTENCY_URL ?? 'http://127.0.0.1:3000' });
const middleware = new IdempotencyMiddleware<IncomingMessage>({ client }); // once an application
const policy = middleware.policy({}); // once a route; throws on bad options

async function postOrder(req: IncomingMessage, res: ServerResponse): Promise<void> {
  // After its body was parsed and its caller authenticated.
  const neutral = nodeRequest(req, { route: '/orders', url: req.url ?? '/', body: await json(req) });
  await guardResponse(middleware.admit(policy, neutral, req), {
    res,
    maxBodyBytes: policy.maxBodyBytes,
    // On to the handler; `execution` has the fencing token, checkpoints, the signal and `declare()`.
    proceed: (execution) => {
      res.writeHead(201, { 'Content-Type': 'application/json' });
      res.end(JSON.stringify({ order: execution?.fencingToken }));
    },
  });
}

export const server = createServer((req, res) => {
  postOrder(req, res).catch(() => res.destroy());
});
