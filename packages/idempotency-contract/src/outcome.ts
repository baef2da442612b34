/** Any JSON value (RFC 8259). */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [name: string]: JsonValue };

/** How to read `body`: any JSON, or a string that is kept byte for byte. */
export type OutcomeEncoding = 'json' | 'text' | 'base64';

/** What is kept of an outcome: all of it, or only that there is one and its status. */
export type OutcomeStorage = 'outcome' | 'none';

/** What is replayed to duplicates: a success or a failure alike. */
export interface Outcome {
  /** 100–599. */
  status?: number;
  headers?: Record<string, string>;
  /** Comes back as it went in: absent, `null`, `""`, `0` and `false` are five different bodies. */
  body?: JsonValue;
  /** Absent means `json`. `text` and `base64` need a string as body. */
  encoding?: OutcomeEncoding;
}

/** An outcome as it is answered. */
export interface RecordedOutcome extends Outcome {
  /** Its headers and body were not stored, at the caller's wish: their absence here says nothing about them. */
  stored?: 'none';
}
