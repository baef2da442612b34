import type { FastifyInstance } from 'fastify';
import { announce } from './announce.js';

/** Listens on 127.0.0.1 and says where. Ends on SIGTERM, and with the process that started it. */
export async function serve(app: FastifyInstance, port: number): Promise<void> {
  process.once('SIGTERM', () => void app.close().then(() => process.exit(0)));
  process.once('disconnect', () => process.exit(0));
  announce({ kind: 'listening', url: await app.listen({ host: '127.0.0.1', port }) });
}
