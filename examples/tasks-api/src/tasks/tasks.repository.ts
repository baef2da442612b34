import { Injectable } from '@nestjs/common';
import { Database, violatesForeignKey, type Connection } from '../database/database.js';
import type { Prisma } from '../generated/prisma/client.js';
import type { Activity, Task, TaskStatus } from './task.js';

const taskFields = {
  id: true,
  title: true,
  description: true,
  status: true,
  createdById: true,
  assigneeId: true,
  createdAt: true,
  updatedAt: true,
} satisfies Prisma.TaskSelect;

export interface TaskFilter {
  readonly status?: TaskStatus | undefined;
  readonly assigneeId?: string | undefined;
}

/** Every question names the organization first: there is no way to ask across tenants. */
@Injectable()
export class TasksRepository {
  constructor(private readonly database: Database) {}

  find(organizationId: string, id: string): Promise<Task | null> {
    return this.database.connection.task.findUnique({
      where: { organizationId_id: { organizationId, id } },
      select: taskFields,
    });
  }

  /** Newest first, older than the task `before`; a page costs the same however far down the list it is. */
  list(
    organizationId: string,
    filter: TaskFilter,
    before: string | undefined,
    limit: number,
  ): Promise<Task[]> {
    return this.database.connection.task.findMany({
      where: {
        organizationId,
        ...(filter.status === undefined ? {} : { status: filter.status }),
        ...(filter.assigneeId === undefined ? {} : { assigneeId: filter.assigneeId }),
        ...(before === undefined ? {} : { id: { lt: before } }),
      },
      orderBy: { id: 'desc' },
      take: limit,
      select: taskFields,
    });
  }

  activities(organizationId: string, taskId: string): Promise<Activity[]> {
    return this.database.connection.taskActivity.findMany({
      where: { organizationId, taskId },
      orderBy: { id: 'asc' },
      select: { id: true, actorId: true, kind: true, detail: true, createdAt: true },
    });
  }

  /** Null if the assignee is no member of the organization; the transaction has failed then. */
  create(connection: Connection, task: Prisma.TaskUncheckedCreateInput): Promise<Task | null> {
    return nullIfNotAMember(connection.task.create({ data: task, select: taskFields }));
  }

  /** The task as it is, and nobody else changes it before this transaction ends; null if there is none. */
  async lock(connection: Connection, organizationId: string, id: string): Promise<Task | null> {
    await connection.$queryRaw`
      SELECT 1 FROM task WHERE organization_id = ${organizationId}::uuid AND id = ${id}::uuid FOR UPDATE`;
    return connection.task.findUnique({
      where: { organizationId_id: { organizationId, id } },
      select: taskFields,
    });
  }

  /** Null if the assignee is no member of the organization; the transaction has failed then. */
  change(
    connection: Connection,
    organizationId: string,
    id: string,
    data: Prisma.TaskUncheckedUpdateInput,
  ): Promise<Task | null> {
    return nullIfNotAMember(
      connection.task.update({
        where: { organizationId_id: { organizationId, id } },
        data,
        select: taskFields,
      }),
    );
  }

  async addActivity(
    connection: Connection,
    activity: Prisma.TaskActivityUncheckedCreateInput,
  ): Promise<void> {
    await connection.taskActivity.create({ data: activity });
  }
}

/** Members are all that these tables refer to, and who acts is known to be one: what is missing is the assignee. */
async function nullIfNotAMember(write: Promise<Task>): Promise<Task | null> {
  try {
    return await write;
  } catch (error) {
    if (violatesForeignKey(error)) return null;
    throw error;
  }
}
