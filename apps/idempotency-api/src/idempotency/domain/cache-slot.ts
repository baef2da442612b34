import { identityOf, type RecordKey } from './record.js';

/** As many as replay_cache_slot has rows. */
const SLOTS = 256;

/**
 * The slot whose generation a record's cached replay depends on (FNV-1a). Every replica must compute the same: it is
 * part of the contract between versions, like a column's meaning.
 */
export function slotOf(record: RecordKey): number {
  const identity = identityOf(record);
  let hash = 0x811c9dc5;
  for (let index = 0; index < identity.length; index++) {
    hash = Math.imul(hash ^ identity.charCodeAt(index), 0x01000193);
  }
  return (hash >>> 0) % SLOTS;
}
