/** What a tenant holds and keeps, about. */
export interface Usage {
  readonly openClaims: number;
  readonly storedBytes: number;
}

/** Where a count goes on: after this row. */
export interface PagePosition {
  readonly namespace: string;
  readonly key: string;
}

/** What one bounded statement counted. */
export interface PageCount {
  readonly rows: number;
  readonly open: number;
  readonly bytes: number;
  /** Null if there was nothing to count. */
  readonly last: PagePosition | null;
}
