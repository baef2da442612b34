/** The statements on records, in apps/idempotency-api/src. */
export const SQL = 'idempotency/persistence/sql';
