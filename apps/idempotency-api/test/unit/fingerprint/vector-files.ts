import { readFileSync } from 'node:fs';

/** The bytes of a file in `vectors/`. */
export function vectorFile(path: string): Buffer {
  return readFileSync(new URL(`vectors/${path}`, import.meta.url));
}

/** The lines of a file in `vectors/`, without the empty one behind the last newline. */
export function vectorLines(path: string): string[] {
  return vectorFile(path).toString('utf8').trimEnd().split('\n');
}
