import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { RefusedError } from '../errors.js';
import type { IdentifiedRequest } from './caller.js';
import { IdentityRepository } from './identity.repository.js';

/**
 * Believes the header `X-User-Id`. That is this example's stand-in for authentication: a real API puts its own guard
 * here, and everything behind it stays as it is.
 */
@Injectable()
export class UserGuard implements CanActivate {
  constructor(private readonly identities: IdentityRepository) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const userId = request.headers['x-user-id'];
    if (typeof userId !== 'string' || !isUUID(userId) || !(await this.identities.userExists(userId))) {
      throw new RefusedError('NOT_AUTHENTICATED', 'X-User-Id must name a user.');
    }
    request.caller = { userId };
    return true;
  }
}
