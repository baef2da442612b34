import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { PublicPackage } from './public-packages.ts';

/** Packs a package as publishing would; the answer is the tarball's path, in an empty folder of its own. */
export async function pack({ name, folder }: PublicPackage, emptyFolder: string): Promise<string> {
  await promisify(execFile)('pnpm', ['pack', '--pack-destination', emptyFolder], { cwd: folder });
  const [tarball, ...others] = await readdir(emptyFolder);
  if (tarball === undefined || others.length > 0) throw new Error(`pnpm pack made no one tarball of ${name}`);
  return join(emptyFolder, tarball);
}
