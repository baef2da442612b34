import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';

const directory = fileURLToPath(new URL('../../results/', import.meta.url));

/** Writes results/<name>.json, formatted as the rest of the repository is. The path as a person would name it. */
export async function writeJson(name: string, value: unknown): Promise<string> {
  const path = join(directory, `${name}.json`);
  const text = await format(JSON.stringify(value), { ...(await resolveConfig(path)), parser: 'json' });
  await mkdir(directory, { recursive: true });
  await writeFile(path, text);
  return `bench/results/${name}.json`;
}

/** Writes results/<name>.svg. */
export async function writeSvg(name: string, svg: string): Promise<string> {
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, `${name}.svg`), svg);
  return `bench/results/${name}.svg`;
}
