import type { Operation } from '@infra-services/idempotency-contract';

/** An operation's path as Fastify's router writes it: `/v1/records/:namespace/:key`. */
export function routePattern({ path }: Pick<Operation, 'path'>): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1');
}
