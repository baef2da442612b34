/** What a service can refuse; http/problem.filter.ts knows the status of each. */
export type Refusal =
  | 'NOT_AUTHENTICATED'
  | 'NOT_A_MEMBER'
  | 'NOT_AN_OWNER'
  | 'NOT_FOUND'
  | 'UNKNOWN_ASSIGNEE'
  | 'ALREADY_A_MEMBER';

/** Thrown by services and guards; the message is for the caller. */
export class RefusedError extends Error {
  override readonly name = 'RefusedError';

  constructor(
    readonly code: Refusal,
    message: string,
  ) {
    super(message);
  }
}
