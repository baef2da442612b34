import { fileURLToPath } from 'node:url';
import { listeningUrl, startServer, type ServerProcess } from './server-process.js';
import type { Stores } from './stores.js';

/** Starts one of the servers beside this file. `name` also names its log. */
export function startOwnProgram(
  stores: Stores,
  name: string,
  env: Readonly<Record<string, string>>,
  /** The program's name, where it is not the side's. */
  program = name,
): Promise<ServerProcess> {
  return startServer({
    name,
    command: process.execPath,
    args: [fileURLToPath(new URL(`./${program}-server.js`, import.meta.url))],
    env: { NODE_ENV: 'production', ...env },
    logFile: stores.logFile(name),
    ready: listeningUrl,
  });
}
