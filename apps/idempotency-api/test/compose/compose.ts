import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const repository = fileURLToPath(new URL('../../../..', import.meta.url));

/** A project of its own: neither a developer's containers nor their volumes are touched. */
const PROJECT = 'idempotency-smoke';

/** A build that says more has gone wrong anyway. */
const MAX_OUTPUT_BYTES = 64 * 1024 * 1024;

const run = promisify(execFile);

/** `docker …` in the repository; what it prints. Rejects with all that it said if it fails. */
export async function docker(
  args: readonly string[],
  environment: Record<string, string> = {},
): Promise<string> {
  const { stdout } = await run('docker', args, {
    cwd: repository,
    env: { ...process.env, ...environment },
    maxBuffer: MAX_OUTPUT_BYTES,
  });
  return stdout;
}

/** `docker compose …` on docker-compose.yml; what it prints. */
export function compose(...args: readonly string[]): Promise<string> {
  return docker(['compose', '--project-name', PROJECT, ...args], { PROXY_IMAGE });
}

/** Removes the project's containers, networks and volumes: an empty machine, but for images. */
export async function removeAll(): Promise<void> {
  await compose('--profile', '*', 'down', '--volumes', '--remove-orphans', '--timeout', '1');
}

/** The id of a service's container. */
export async function containerOf(service: string): Promise<string> {
  return (await compose('ps', '--quiet', service)).trim();
}

/** Where docker-compose.yml publishes the service that always runs, and the proxy of the profile `scale`. */
export const API_URL = 'http://127.0.0.1:3000';
export const PROXY_URL = 'http://127.0.0.1:3010';

/** HAProxy as Debian packages it: the official image cannot be had where no registry is. */
const PROXY_IMAGE = 'idempotency-smoke-proxy';
const PROXY_DOCKERFILE = `
FROM node:24-bookworm-slim
RUN apt-get update -q && apt-get install -qy --no-install-recommends haproxy && rm -rf /var/lib/apt/lists/*
USER haproxy
ENTRYPOINT []
CMD ["haproxy", "-W", "-db", "-f", "/usr/local/etc/haproxy/haproxy.cfg"]
`;

/** Builds the stand-in for the proxy's image. */
export function buildProxy(): Promise<string> {
  const building = run('docker', ['build', '--quiet', '--tag', PROXY_IMAGE, '-'], { cwd: repository });
  building.child.stdin?.end(PROXY_DOCKERFILE);
  return building.then(({ stdout }) => stdout);
}
