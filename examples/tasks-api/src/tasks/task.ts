export type TaskStatus = 'open' | 'in_progress' | 'done';

export interface Task {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly status: TaskStatus;
  readonly createdById: string;
  readonly assigneeId: string | null;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What happened to a task, and who did it. */
export interface Activity {
  readonly id: string;
  readonly actorId: string;
  readonly kind: 'created' | 'changed' | 'assigned';
  readonly detail: unknown;
  readonly createdAt: Date;
}

/** A page of a list, newest first; `nextCursor` asks for the one after it, null at the end. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextCursor: string | null;
}
