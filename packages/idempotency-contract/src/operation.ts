import type { ProblemCode } from './problems.js';
import type { Scope } from './scopes.js';
import type { SchemaName } from './schemas/index.js';

/** A success answer of an operation. */
export interface OperationResponse {
  readonly description: string;
  /** Absent: an empty body. */
  readonly schema?: SchemaName;
  readonly mediaType?: string;
  readonly examples?: Readonly<Record<string, unknown>>;
}

/** One call of the API: what the router, the validator, the documents and the clients know of it. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'DELETE';
  /** An OpenAPI path template. */
  readonly path: string;
  readonly tag: string;
  /** A token needs one of these. None: anybody may call, without a token. */
  readonly scopes: readonly Scope[];
  readonly summary: string;
  readonly description?: string;
  readonly params?: SchemaName;
  readonly query?: SchemaName;
  readonly body?: SchemaName;
  readonly responses: Readonly<Record<number, OperationResponse>>;
  /**
   * What this call can answer beyond what its shape implies (`impliedProblems`). RATE_LIMITED here is what makes the
   * tenant's rate count the call: never one that ends, keeps or frees what is held, nor an operator's.
   */
  readonly problems: readonly ProblemCode[];
  /** Whether the call needs the store: then it can also answer that the store is away or overloaded. */
  readonly store: boolean;
}

/** Every code that an operation can answer with, in the order of their statuses. */
export function problemsOf(operation: Operation): ProblemCode[] {
  return [...operation.problems, ...impliedProblems(operation)];
}

function impliedProblems(operation: Operation): ProblemCode[] {
  const implied: ProblemCode[] = ['MALFORMED_HTTP', 'REQUEST_TIMEOUT', 'HEADERS_TOO_LARGE', 'INTERNAL_ERROR'];
  if (operation.scopes.length > 0) implied.push('UNAUTHENTICATED', 'FORBIDDEN');
  if (operation.body || operation.params || operation.query) implied.push('INVALID_REQUEST');
  // A DELETE takes no body, yet one that is sent is read.
  if (operation.body || operation.method === 'DELETE')
    implied.push('MALFORMED_JSON', 'UNSUPPORTED_MEDIA_TYPE', 'PAYLOAD_TOO_LARGE');
  // Outcomes and checkpoints may be encrypted, and their key not at hand.
  if (Object.values(operation.responses).some(showsContent)) implied.push('RECORD_UNREADABLE');
  if (operation.store) implied.push('STORE_UNAVAILABLE', 'OVERLOADED');
  return implied;
}

function showsContent({ schema }: OperationResponse): boolean {
  return schema === 'IdempotencyRecord' || schema === 'ReplayDecision';
}
