import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startLocalPostgres } from '@infra-services/local-postgres';
import { isCrashPoint } from './crash-points/crash-points.js';
import { killEverywhere } from './demonstration/kill-everywhere.js';
import { scenarios } from './demonstration/scenarios.js';
import { startWorld, type World } from './demonstration/world.js';

const points = process.argv.slice(2);
const unknown = points.filter((point) => !isCrashPoint(point));
if (unknown.length > 0) throw new Error(`No crash point: ${unknown.join(', ')}. The README lists them.`);

const chosen = scenarios.filter(
  ({ crashes }) => points.length === 0 || crashes.some((crash) => points.includes(crash)),
);

/** Side by side, each with an Idempotency API of its own to kill: most of a scenario is waiting for a lease to end. */
const WORLDS = 3;

const directory = await mkdtemp(join(tmpdir(), 'checkout-'));
// PostgreSQL runs as a user of its own where this runs as root.
await chmod(directory, 0o755);
const postgres = await startLocalPostgres({ dataDir: join(directory, 'data') });
try {
  const worlds: World[] = [];
  try {
    while (worlds.length < Math.min(WORLDS, chosen.length)) worlds.push(await startWorld(postgres.url));
    process.exitCode = (await killEverywhere(worlds, chosen)) ? 0 : 1;
  } finally {
    await Promise.all(worlds.map((world) => world.stop()));
  }
} finally {
  await postgres.stop();
  await rm(directory, { recursive: true, force: true });
}
