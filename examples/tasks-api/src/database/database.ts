import type { OnModuleDestroy } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Prisma, PrismaClient } from '../generated/prisma/client.js';

/** Either the client or a transaction of it, so that a repository takes part in whatever its service has begun. */
export type Connection = Prisma.TransactionClient;

/** The one pool of connections, and the one place where transactions begin. */
export class Database implements OnModuleDestroy {
  private readonly client: PrismaClient;

  constructor(url: string) {
    this.client = new PrismaClient({ adapter: new PrismaPg(url), errorFormat: 'minimal' });
  }

  get connection(): Connection {
    return this.client;
  }

  /** All of it happens or none. */
  transaction<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return this.client.$transaction(work);
  }

  onModuleDestroy(): Promise<void> {
    return this.client.$disconnect();
  }
}

/** What a foreign key refers to does not exist. */
export function violatesForeignKey(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2003';
}

/** There is such a row already. */
export function violatesUniqueKey(error: unknown): boolean {
  return error instanceof Prisma.PrismaClientKnownRequestError && error.code === 'P2002';
}
