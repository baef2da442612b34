import { isSealed } from '../../infrastructure/encryption/envelope.js';
import type { OpenFailure, Sealer } from '../../infrastructure/encryption/sealer.js';
import type { RecordKey } from '../domain/record.js';
import { UNREADABLE, type Unreadable } from '../domain/unreadable.js';

/** What of a record is sealed. */
export type SealedColumn = 'outcome' | 'checkpoint_data';

/** Sealed bytes of a record that could not be opened. */
export interface UnreadableContent {
  readonly record: RecordKey;
  readonly column: SealedColumn;
  readonly reason: OpenFailure;
  /** Id of the key that is named by the bytes. */
  readonly keyId: string | null;
}

/**
 * Seals what a record holds for its caller, each column for this very record: bytes that are copied to another record or
 * column do not open. The domain sees opened bytes only, or that they are unreadable.
 */
export class RecordSeal {
  constructor(
    private readonly sealer: Sealer,
    /** Told of everything that does not open. Must not throw. */
    private readonly onUnreadable: (content: UnreadableContent) => void,
  ) {}

  seal(record: RecordKey, column: SealedColumn, plain: Uint8Array): Uint8Array {
    // Where nothing is sealed, not even the context is made up: this is on the way of every call.
    return this.sealer.activeKey ? this.sealer.seal(plain, contextOf(record, column)) : plain;
  }

  open(record: RecordKey, column: SealedColumn, bytes: Uint8Array): Uint8Array | Unreadable {
    if (!isSealed(bytes)) return bytes;
    const opened = this.sealer.open(bytes, contextOf(record, column));
    if (opened.kind === 'plain') return opened.bytes;
    const { tenant, namespace, key } = record;
    this.onUnreadable({
      record: { tenant, namespace, key },
      column,
      reason: opened.kind,
      keyId: opened.keyId,
    });
    return UNREADABLE;
  }
}

/** No part can contain the separator (NUL), so that no two places share a context. What is sealed opens in this very context alone. */
function contextOf({ tenant, namespace, key }: RecordKey, column: SealedColumn): string {
  return `idempotency_record\0${column}\0${tenant}\0${namespace}\0${key}`;
}
