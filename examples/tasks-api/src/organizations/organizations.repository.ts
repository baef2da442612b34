import { Injectable } from '@nestjs/common';
import { Database, violatesUniqueKey, type Connection } from '../database/database.js';
import type { MemberView, Organization } from './organization.js';

@Injectable()
export class OrganizationsRepository {
  constructor(private readonly database: Database) {}

  createOrganization(connection: Connection, name: string): Promise<Organization> {
    return connection.organization.create({ data: { name }, select: { id: true, name: true } });
  }

  /** The user with this address, created if there is none. */
  userWithEmail(
    connection: Connection,
    email: string,
    name: string,
  ): Promise<{ id: string; email: string; name: string }> {
    return connection.user.upsert({
      where: { email },
      create: { email, name },
      update: {},
      select: { id: true, email: true, name: true },
    });
  }

  /** False if the user is a member already; the transaction has failed then. */
  async addMembership(
    connection: Connection,
    membership: { organizationId: string; userId: string; role: 'owner' | 'member' },
  ): Promise<boolean> {
    try {
      await connection.membership.create({ data: membership });
      return true;
    } catch (error) {
      if (violatesUniqueKey(error)) return false;
      throw error;
    }
  }

  async members(organizationId: string): Promise<MemberView[]> {
    const memberships = await this.database.connection.membership.findMany({
      where: { organizationId },
      orderBy: { userId: 'asc' },
      include: { user: true },
    });
    return memberships.map(({ user, role }) => ({
      userId: user.id,
      email: user.email,
      name: user.name,
      role,
    }));
  }
}
