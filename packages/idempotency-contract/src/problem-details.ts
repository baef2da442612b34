import type { ProblemCode } from './problems.js';

/** One field of an invalid request. */
export interface InvalidField {
  /** RFC 6901 pointer into the body; for path and query parameters `/name`. */
  pointer: string;
  /** What the field must be. Never contains the value that was sent. */
  detail: string;
}

/** Every error answer (RFC 9457 with extension members). */
export interface ProblemDetails {
  type: string;
  title: string;
  status: number;
  detail: string;
  /** The path of the call. */
  instance: string;
  code: ProblemCode;
  retryable: boolean;
  requestId: string;
  /** Milliseconds after which asking again makes sense. */
  retryAfterMs?: number;
  /** Present on INVALID_REQUEST. */
  errors?: InvalidField[];
}
