import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres, type LocalPostgres } from '@infra-services/local-postgres';

/** A PostgreSQL of a test's own, with its default durable settings and one port for its whole life. */
export interface FragilePostgres {
  readonly url: string;
  /** The server that runs now, to stop, crash, pause and resume. */
  readonly server: LocalPostgres;
  /** Another server on the same data and the same port. */
  restart(): Promise<void>;
  /** Ends it for good and removes its data. */
  dispose(): Promise<void>;
}

/** Starts one that may be stopped and killed without harm to other tests. The caller disposes of it. */
export async function startFragilePostgres(): Promise<FragilePostgres> {
  const parent = await temporaryDir();
  const dataDir = join(parent, 'data');
  let server = await startLocalPostgres({ dataDir });
  const { port, url } = server;
  return {
    url,
    get server() {
      return server;
    },
    restart: async () => {
      server = await startLocalPostgres({ dataDir, port });
    },
    dispose: async () => {
      await server.stop();
      await rm(parent, { recursive: true, force: true });
    },
  };
}

/** A new directory that the OS user of a PostgreSQL started by root may enter. */
export async function temporaryDir(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'idempotency-faults-'));
  await chmod(dir, 0o755);
  return dir;
}
