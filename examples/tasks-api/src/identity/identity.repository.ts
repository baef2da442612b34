import { Injectable } from '@nestjs/common';
import { Database } from '../database/database.js';
import type { Member } from './caller.js';

@Injectable()
export class IdentityRepository {
  constructor(private readonly database: Database) {}

  async userExists(id: string): Promise<boolean> {
    const user = await this.database.connection.user.findUnique({ where: { id }, select: { id: true } });
    return user !== null;
  }

  /** Null for whoever is no member. */
  async roleOf(organizationId: string, userId: string): Promise<Member['role'] | null> {
    const membership = await this.database.connection.membership.findUnique({
      where: { organizationId_userId: { organizationId, userId } },
      select: { role: true },
    });
    return membership?.role ?? null;
  }
}
