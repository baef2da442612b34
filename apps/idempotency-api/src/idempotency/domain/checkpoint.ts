import type { Checkpoint, JsonValue } from '@infra-services/idempotency-contract';

/** A recovery point as it is stored: its data as compact JSON in UTF-8. */
export interface StoredCheckpoint {
  readonly name: string;
  readonly data: Uint8Array;
}

/** What was sent, made ready to store. */
export function toStoredCheckpoint(name: string, data: JsonValue): StoredCheckpoint {
  return { name, data: Buffer.from(JSON.stringify(data)) };
}

/** What was stored, as it was sent. */
export function fromStoredCheckpoint(stored: StoredCheckpoint): Checkpoint {
  return { name: stored.name, data: JSON.parse(Buffer.from(stored.data).toString()) as JsonValue };
}
