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

/** What one bounded statement counted. The position is null if there was nothing to count. */
export interface PageCount {
  readonly rows: number;
  readonly open: number;
  readonly bytes: number;
  readonly namespace: string | null;
  readonly key: string | null;
}
