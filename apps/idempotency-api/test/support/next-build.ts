import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const app = fileURLToPath(new URL('../..', import.meta.url));

/** A later release: this build with one more migration. */
export interface NextBuild {
  /** Its `main.js`. */
  readonly entry: string;
  remove(): Promise<void>;
}

/** Copies the build and adds the migration. The caller removes it. */
export async function nextBuild(migration: { name: string; sql: string }): Promise<NextBuild> {
  const root = await mkdtemp(join(tmpdir(), 'idempotency-next-'));
  await cp(join(app, 'dist'), join(root, 'dist'), { recursive: true });
  await cp(join(app, 'prisma/migrations'), join(root, 'prisma/migrations'), { recursive: true });
  await cp(join(app, 'package.json'), join(root, 'package.json'));
  await symlink(join(app, 'node_modules'), join(root, 'node_modules'));
  const folder = join(root, 'prisma/migrations', migration.name);
  await mkdir(folder);
  await writeFile(join(folder, 'migration.sql'), migration.sql);
  return {
    entry: join(root, 'dist/main.js'),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
