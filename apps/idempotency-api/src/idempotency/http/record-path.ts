/** The path parameters of a record, validated. */
export interface RecordPath {
  readonly namespace: string;
  readonly key: string;
}
