import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { isUUID } from 'class-validator';
import { RefusedError } from '../errors.js';
import type { IdentifiedRequest } from './caller.js';
import { IdentityRepository } from './identity.repository.js';

/** Takes the tenant from `X-Organization-Id`, for members alone. Runs after `UserGuard`, which is global. */
@Injectable()
export class MemberGuard implements CanActivate {
  constructor(private readonly identities: IdentityRepository) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const request = context.switchToHttp().getRequest<IdentifiedRequest>();
    const organizationId = request.headers['x-organization-id'];
    const userId = request.caller?.userId;
    if (typeof organizationId === 'string' && isUUID(organizationId) && userId !== undefined) {
      const role = await this.identities.roleOf(organizationId, userId);
      if (role !== null) {
        request.member = { organizationId, userId, role };
        return true;
      }
    }
    // One answer for "no such organization" and "not yours": whether it exists is nobody else's business.
    throw new RefusedError(
      'NOT_A_MEMBER',
      'X-Organization-Id must name an organization that you are a member of.',
    );
  }
}
