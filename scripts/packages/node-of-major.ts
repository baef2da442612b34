import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first `node` of that major version on the path; throws where there is none, saying what to do. */
export function nodeOfMajor(major: number, path = process.env.PATH ?? ''): string {
  const candidates = path
    .split(delimiter)
    .map((folder) => join(folder, 'node'))
    .filter((file) => existsSync(file));
  const found = candidates.find((file) => versionOf(file).startsWith(`v${major}.`));
  if (found !== undefined) return found;
  const seen = candidates.map((file) => `${file} ${versionOf(file)}`);
  throw new Error(
    `this test needs a \`node\` of version ${major} on the path, beside ours; there is ${seen.join(', ') || 'none'}`,
  );
}

function versionOf(file: string): string {
  return execFileSync(file, ['--version'], { encoding: 'utf8' }).trim();
}
