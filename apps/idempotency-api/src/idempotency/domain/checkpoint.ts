import type { JsonValue } from '@infra-services/idempotency-contract';

/** A recovery point as it is stored: its data as compact JSON in UTF-8. */
export interface StoredCheckpoint {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What was sent, made ready to store. */
export function toStoredCheckpoint(name: string, data: JsonValue): StoredCheckpoint {
  return { name, data: Buffer.from(JSON.stringify(data)) };
}

/** What was stored as JSON text, to be put into an answer as it stands (as `outcomeText`). */
export function checkpointText(stored: StoredCheckpoint): string {
  const data = Buffer.from(stored.data.buffer, stored.data.byteOffset, stored.data.byteLength);
  return `{"name":${JSON.stringify(stored.name)},"data":${data.toString()}}`;
}
