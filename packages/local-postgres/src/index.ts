export { startLocalPostgres } from './start-local-postgres.js';
export type { LocalPostgresOptions } from './start-local-postgres.js';
export type { LocalPostgres } from './local-postgres.js';
export { freePort } from './loopback-port.js';
export { LocalPostgresError } from './local-postgres-error.js';
export type { LocalPostgresProblem } from './local-postgres-error.js';
