/** Body of `POST /v1/deduplications`. */
export interface DeduplicationRequest {
  /** Absent means `default`. */
  namespace?: string;
  ids: string[];
  /** How long an id is remembered. */
  retentionMs?: number;
}

/** Whether this call is the first to name the id within its retention. */
export interface DeduplicationResult {
  id: string;
  first: boolean;
}

/** Answer of `POST /v1/deduplications`, in the order of the request. */
export interface DeduplicationResponse {
  results: DeduplicationResult[];
}
