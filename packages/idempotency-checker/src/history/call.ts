import type {
  JsonValue,
  OnLeaseExpiry,
  Outcome,
  ProblemCode,
  RecordState,
  ReleaseEffect,
} from '@infra-services/idempotency-contract';

/** What was asked, with the defaults of the contract filled in where the state machine depends on them. */
export type Operation =
  | {
      readonly op: 'claim';
      /** The one that the caller chose. Empty on a line of a claim that named none; never empty in a `Call`. */
      readonly claimToken: string;
      /** Two claims are for the same request exactly when these are equal. */
      readonly fingerprint: string | null;
      readonly leaseMs: number;
      readonly retentionMs: number;
      readonly onLeaseExpiry: OnLeaseExpiry;
    }
  | {
      readonly op: 'complete';
      readonly claimToken: string;
      readonly outcome: Outcome;
      readonly retentionMs: number | null;
    }
  | { readonly op: 'renew'; readonly claimToken: string; readonly leaseMs: number | null }
  | {
      readonly op: 'checkpoint';
      readonly claimToken: string;
      readonly name: string;
      readonly data: JsonValue;
    }
  | { readonly op: 'release'; readonly claimToken: string; readonly effect: ReleaseEffect }
  | { readonly op: 'resolve'; readonly resolution: 'completed' | 'retry'; readonly outcome: Outcome | null }
  | { readonly op: 'get' }
  | { readonly op: 'delete'; readonly force: boolean };

export type OperationName = Operation['op'];

/** What the service said. */
export type Result =
  | {
      readonly kind: 'granted';
      readonly claimToken: string;
      readonly fencingToken: number;
      readonly attempt: number;
    }
  | {
      readonly kind: 'replayed';
      readonly outcome: Outcome;
      readonly attempt: number;
      readonly completedAt: string;
    }
  | { readonly kind: 'record'; readonly record: SeenRecord }
  | { readonly kind: 'let_go'; readonly state: RecordState }
  | { readonly kind: 'done' }
  | { readonly kind: 'refused'; readonly code: ProblemCode };

/** What a record shows of its state. */
export interface SeenRecord {
  readonly state: RecordState;
  readonly attempt: number;
  readonly fencingToken: number;
  readonly onLeaseExpiry: OnLeaseExpiry;
  readonly outcome: Outcome | null;
  readonly completedAt: string | null;
}

/** One call of the service: one request on the wire, or one item of a batch. Times in monotonic microseconds. */
export interface Call {
  readonly id: string;
  readonly namespace: string;
  readonly key: string;
  readonly begin: number;
  /** Infinity where the result is unknown: the call may take effect at any later time, or never. */
  readonly end: number;
  readonly operation: Operation;
  readonly result: Result | undefined;
}

/** An effect as its witness has it: written by the executor, outside of the service, while it executed. */
export interface Execution {
  readonly namespace: string;
  readonly key: string;
  readonly claimToken: string;
  readonly fencingToken: number;
  readonly at: number;
}

/** A call together with the operation that it is narrowed to. */
export type CallOf<Name extends OperationName> = Call & {
  readonly operation: Extract<Operation, { op: Name }>;
};

export function isCallOf<Name extends OperationName>(call: Call, name: Name): call is CallOf<Name> {
  return call.operation.op === name;
}
