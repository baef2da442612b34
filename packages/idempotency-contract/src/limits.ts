/** Every bound of the contract. A bound that a deployment may change is only the default here. */
export const limits = {
  /** Characters of an idempotency key; 255 is what the IETF draft's peers (Stripe, Adyen) accept. */
  keyMaxLength: 255,
  namespaceMaxLength: 128,
  fingerprintMaxLength: 128,
  ownerMaxLength: 255,
  /** Below 100 ms a lease is shorter than a slow network round trip and would end before its answer arrives. */
  leaseMinMs: 100,
  leaseMaxMs: 24 * 60 * 60 * 1000,
  leaseDefaultMs: 30_000,
  retentionMinMs: 1_000,
  /** A year and a month: an annual job still meets the outcome of the last one. */
  retentionMaxMs: 400 * 24 * 60 * 60 * 1000,
  retentionDefaultMs: 24 * 60 * 60 * 1000,
  /** Shorter than the idle timeout of common proxies (60 s), so that a waiter gets an answer and not a reset. */
  waitMaxMs: 30_000,
  claimBatchMax: 500,
  completionBatchMax: 500,
  deduplicationBatchMax: 1_000,
  outcomeStatusMin: 100,
  outcomeStatusMax: 599,
  outcomeHeadersMax: 64,
  outcomeHeaderNameMaxLength: 256,
  outcomeHeaderValueMaxLength: 8_192,
  /** Default of MAX_OUTCOME_BYTES: the outcome as compact JSON in UTF-8. */
  outcomeMaxBytes: 1024 * 1024,
  /** The checkpoint's data as compact JSON in UTF-8: a recovery point is a reference, not a document. */
  checkpointMaxBytes: 64 * 1024,
  checkpointNameMaxLength: 128,
  reasonMaxLength: 1_000,
  pageDefault: 50,
  pageMax: 200,
  /** Deeper than any hand-made document, shallow enough for every reader's stack. */
  jsonMaxDepth: 64,
  /** More than an outcome of `outcomeMaxBytes` has room for, and soon read. */
  jsonObjectMaxMembers: 150_000,
} as const;
