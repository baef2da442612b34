import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { program } from './idem.js';

/** A PATH on which `idem` is found, as after an installation. */
export async function installIdem(directory: string): Promise<string> {
  const script = `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`;
  await writeFile(join(directory, 'idem'), script, { mode: 0o755 });
  return `${directory}:${process.env.PATH ?? ''}`;
}
