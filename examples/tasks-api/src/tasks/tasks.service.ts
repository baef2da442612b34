import { Injectable } from '@nestjs/common';
import { Database, type Connection } from '../database/database.js';
import { RefusedError } from '../errors.js';
import type { Member } from '../identity/caller.js';
import type { Activity, Page, Task } from './task.js';
import { TasksRepository, type TaskFilter } from './tasks.repository.js';

export interface NewTask {
  readonly title: string;
  readonly description?: string | undefined;
  readonly assigneeId?: string | undefined;
}

export interface TaskChange {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly status?: Task['status'] | undefined;
}

/** Each write is one transaction with its line in the task's activity. All of them throw `RefusedError`. */
@Injectable()
export class TasksService {
  constructor(
    private readonly database: Database,
    private readonly tasks: TasksRepository,
  ) {}

  async list(
    member: Member,
    filter: TaskFilter,
    cursor: string | undefined,
    limit: number,
  ): Promise<Page<Task>> {
    // One more than asked for tells whether another page follows.
    const found = await this.tasks.list(member.organizationId, filter, cursor, limit + 1);
    const items = found.slice(0, limit);
    return { items, nextCursor: found.length > limit ? (items.at(-1)?.id ?? null) : null };
  }

  async get(member: Member, id: string): Promise<Task> {
    return found(await this.tasks.find(member.organizationId, id));
  }

  async activities(member: Member, id: string): Promise<Activity[]> {
    await this.get(member, id);
    return this.tasks.activities(member.organizationId, id);
  }

  create(member: Member, task: NewTask): Promise<Task> {
    const { organizationId, userId: actorId } = member;
    return this.database.transaction(async (connection) => {
      const { title, description = '', assigneeId = null } = task;
      const created = assigned(
        await this.tasks.create(connection, {
          organizationId,
          title,
          description,
          assigneeId,
          createdById: actorId,
        }),
      );
      const detail = { title, assigneeId };
      await this.tasks.addActivity(connection, {
        organizationId,
        taskId: created.id,
        actorId,
        kind: 'created',
        detail,
      });
      return created;
    });
  }

  change(member: Member, id: string, change: TaskChange): Promise<Task> {
    const { organizationId, userId: actorId } = member;
    return this.onTask(member, id, async (connection) => {
      const given = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
      const changed = found(await this.tasks.change(connection, organizationId, id, given));
      await this.tasks.addActivity(connection, {
        organizationId,
        taskId: id,
        actorId,
        kind: 'changed',
        detail: given,
      });
      return changed;
    });
  }

  /** Gives the task to a member of the organization, or to nobody; the activity says from whom. */
  assign(member: Member, id: string, assigneeId: string | null): Promise<Task> {
    const { organizationId, userId: actorId } = member;
    return this.onTask(member, id, async (connection, before) => {
      const after = assigned(await this.tasks.change(connection, organizationId, id, { assigneeId }));
      const detail = { from: before.assigneeId, to: assigneeId };
      await this.tasks.addActivity(connection, {
        organizationId,
        taskId: id,
        actorId,
        kind: 'assigned',
        detail,
      });
      return after;
    });
  }

  /** With the task locked, so that the activity tells a true "before". */
  private onTask<T>(
    member: Member,
    id: string,
    work: (connection: Connection, task: Task) => Promise<T>,
  ): Promise<T> {
    return this.database.transaction(async (connection) =>
      work(connection, found(await this.tasks.lock(connection, member.organizationId, id))),
    );
  }
}

function found(task: Task | null): Task {
  if (task === null) throw new RefusedError('NOT_FOUND', 'There is no such task in this organization.');
  return task;
}

function assigned(task: Task | null): Task {
  if (task === null)
    throw new RefusedError('UNKNOWN_ASSIGNEE', 'The assignee must be a member of this organization.');
  return task;
}
