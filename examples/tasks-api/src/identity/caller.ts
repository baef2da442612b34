import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';

/** Who calls, as far as the guards have found out. */
export interface Caller {
  readonly userId: string;
}

/** Who calls, and the organization on whose behalf: the tenant of everything that follows. */
export interface Member extends Caller {
  readonly organizationId: string;
  readonly role: 'owner' | 'member';
}

/** A request as the guards leave it. */
export type IdentifiedRequest = FastifyRequest & { caller?: Caller; member?: Member };

/** The authenticated user. */
export const CurrentCaller = createParamDecorator((_: unknown, context: ExecutionContext): Caller => {
  return found(context.switchToHttp().getRequest<IdentifiedRequest>().caller);
});

/** The authenticated user as a member of the organization that the request names. */
export const CurrentMember = createParamDecorator((_: unknown, context: ExecutionContext): Member => {
  return found(context.switchToHttp().getRequest<IdentifiedRequest>().member);
});

/**
 * Whose idempotency keys these are: the organization's, as the guards have verified it; the user's own where a request is
 * on behalf of none.
 */
export function tenantOf(context: ExecutionContext): string | undefined {
  const { caller, member } = context.switchToHttp().getRequest<IdentifiedRequest>();
  return member ? `organization:${member.organizationId}` : caller && `user:${caller.userId}`;
}

function found<T>(identity: T | undefined): T {
  if (identity === undefined) throw new Error('The route lacks the guard that finds out who calls.');
  return identity;
}
