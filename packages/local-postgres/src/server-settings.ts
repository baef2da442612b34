/** How a server started here is known, to `ps` and to whoever finds it without its keeper. */
export const CLUSTER_NAME = 'infra-services-local';

/**
 * What differs from PostgreSQL's defaults. fsync and synchronous_commit do not: an acknowledged commit survives a power
 * cut unless `settings` of the caller say otherwise.
 */
const SERVER_SETTINGS: Readonly<Record<string, string>> = {
  cluster_name: CLUSTER_NAME,
  listen_addresses: '127.0.0.1',
  // The path of a socket is limited to about 100 bytes, which a data directory may exceed; TCP serves everybody.
  unix_socket_directories: '',
  // Several test files, or replicas of a service, at once, with a pool each.
  max_connections: '200',
  // The same on every machine; initdb would have taken them from where it ran.
  timezone: 'UTC',
  log_timezone: 'UTC',
};

/** Arguments of `postgres`; the caller's settings come last, so they win. */
export function serverArguments(
  cluster: string,
  port: number,
  settings: Readonly<Record<string, string>>,
): string[] {
  const all = { ...SERVER_SETTINGS, port: String(port), ...settings };
  return ['-D', cluster, ...Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}
