import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '@infra-services/local-postgres';
import type { Durability } from './durability.js';
import { onceListening } from './loopback.js';
import { startOwnProgram } from './own-program.js';
import { startServer } from './server-process.js';
import { SideUnavailable, type Side } from './side.js';
import type { Stores } from './stores.js';

/** Restate's server with its defaults, and the handler that it calls; calls go to its ingress. */
export async function startRestate(stores: Stores): Promise<Side> {
  const command = restateBinary();
  const [ingress, admin, fabric, handler] = [
    await freePort(),
    await freePort(),
    await freePort(),
    await freePort(),
  ];
  const env = {
    RESTATE_BASE_DIR: join(stores.dir, 'restate'),
    // It leaves a folder for each partition there.
    TMPDIR: stores.dir,
    RESTATE_NODE_NAME: 'bench',
    RESTATE_LISTEN_MODE: 'tcp',
    RESTATE_BIND_ADDRESS: `127.0.0.1:${fabric}`,
    RESTATE_INGRESS__BIND_ADDRESS: `127.0.0.1:${ingress}`,
    RESTATE_ADMIN__BIND_ADDRESS: `127.0.0.1:${admin}`,
    // It would report its use to its makers.
    RESTATE_DISABLE_TELEMETRY: 'true',
    RESTATE_LOG_FILTER: 'warn',
  };
  const url = `http://127.0.0.1:${ingress}`;
  const program = await startOwnProgram(stores, 'restate', { PORT: String(handler) });
  try {
    const server = await startServer({
      name: 'restate-server',
      command,
      args: ['--no-logo'],
      env,
      logFile: stores.logFile('restate-server'),
      ready: async () =>
        (await isHealthy(`http://127.0.0.1:${admin}/health`)) ? onceListening(ingress, url) : undefined,
    });
    await register(`http://127.0.0.1:${admin}/deployments`, program.url);
    return {
      url,
      databaseUrl: undefined,
      durability: () => durabilityOfRestate(command, env),
      stop: async () => {
        await server.stop();
        await program.stop();
      },
    };
  } catch (error) {
    await program.stop();
    throw error;
  }
}

/** The npm package ships it for Linux and macOS. Throws `SideUnavailable` elsewhere. */
function restateBinary(): string {
  const require = createRequire(import.meta.resolve('@restatedev/restate-server/package.json'));
  const name = `@restatedev/restate-server-${process.platform}-${process.arch}/bin/restate-server`;
  try {
    return require.resolve(name);
  } catch {
    throw new SideUnavailable(`npm has no restate-server for ${process.platform}-${process.arch}`);
  }
}

async function isHealthy(url: string): Promise<boolean> {
  return fetch(url).then(
    (response) => response.ok,
    () => false,
  );
}

async function register(url: string, uri: string): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ uri }),
  });
  if (!response.ok)
    throw new Error(`Restate refused its handler: ${response.status} ${await response.text()}`);
}

/** Restate acknowledges what its log server has; this line of its configuration says whether that is on the disk. */
async function durabilityOfRestate(
  command: string,
  env: Readonly<Record<string, string>>,
): Promise<Durability> {
  const { stdout } = await promisify(execFile)(command, ['--dump-config'], { env });
  const logServer = stdout.slice(stdout.indexOf('[log-server]'));
  const name = 'rocksdb-disable-wal-fsync';
  const value = new RegExp(`^${name} = (\\S+)`, 'm').exec(logServer)?.[1] ?? 'unknown';
  return { store: 'Restate', settings: { [name]: value }, survivesPowerCut: value === 'false' };
}
