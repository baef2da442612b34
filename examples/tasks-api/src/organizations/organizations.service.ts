import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import { RefusedError } from '../errors.js';
import type { Caller, Member } from '../identity/caller.js';
import type { MemberView, Organization } from './organization.js';
import { OrganizationsRepository } from './organizations.repository.js';

@Injectable()
export class OrganizationsService {
  constructor(
    private readonly database: Database,
    private readonly organizations: OrganizationsRepository,
  ) {}

  /** The organization and its first owner, or neither. */
  create(caller: Caller, name: string): Promise<Organization> {
    return this.database.transaction(async (connection) => {
      const organization = await this.organizations.createOrganization(connection, name);
      await this.organizations.addMembership(connection, {
        organizationId: organization.id,
        userId: caller.userId,
        role: 'owner',
      });
      return organization;
    });
  }

  members(member: Member): Promise<MemberView[]> {
    return this.organizations.members(member.organizationId);
  }

  /** Makes the user with this address a member, and the user too if there is none. Throws `RefusedError`. */
  addMember(member: Member, added: Omit<MemberView, 'userId'>): Promise<MemberView> {
    if (member.role !== 'owner') throw new RefusedError('NOT_AN_OWNER', 'Only owners add members.');
    return this.database.transaction(async (connection) => {
      const user = await this.organizations.userWithEmail(connection, added.email, added.name);
      const membership = { organizationId: member.organizationId, userId: user.id, role: added.role };
      if (!(await this.organizations.addMembership(connection, membership))) {
        throw new RefusedError(
          'ALREADY_A_MEMBER',
          `${added.email} is a member of this organization already.`,
        );
      }
      return { userId: user.id, email: user.email, name: user.name, role: added.role };
    });
  }
}
