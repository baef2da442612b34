import type { Database } from '../../infrastructure/database/database.js';
import type { ListedRecord, ListQuery, Position, RecordPageSlice } from '../domain/listing.js';
import { keyOf } from '../domain/record.js';
import { toHead } from './record-row.js';
import { listRecords, type ListedRow } from './sql/list-records.js';

/** Reads one page. Throws `StoreFailure`. */
export async function listPage(db: Database, query: ListQuery): Promise<RecordPageSlice> {
  const rows = await listRecords(db, query);
  const last = rows.at(-1);
  const wentOn = last !== undefined && (last.marker || rows.length === query.limit);
  return {
    records: rows.filter((row) => !row.marker).map(toListed),
    next: wentOn ? positionOf(last) : null,
  };
}

function positionOf({ identity }: ListedRow): Position {
  const { namespace, key } = keyOf(identity);
  return { namespace, key };
}

function toListed(row: ListedRow): ListedRecord {
  return { ...toHead(row), outcomeStatus: row.outcome_status, checkpointName: row.checkpoint_name };
}
