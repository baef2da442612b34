import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { historiesOf, type RecordHistory } from './history.js';
import type { Line } from './line.js';

/**
 * Reads files of JSON lines that belong to one run. A last line that is cut off (its writer was killed within it) is
 * left out; any other line that is not JSON throws, with file and number.
 */
export async function readHistory(paths: readonly string[]): Promise<RecordHistory[]> {
  const lines: Line[] = [];
  for (const path of paths) await readLines(path, lines);
  return historiesOf(lines);
}

async function readLines(path: string, into: Line[]): Promise<void> {
  let number = 0;
  let broken: { number: number; error: unknown } | undefined;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (broken) throw new Error(`${path}:${broken.number} is not JSON`, { cause: broken.error });
    if (text === '') continue;
    try {
      into.push(JSON.parse(text) as Line);
    } catch (error) {
      broken = { number, error };
    }
  }
}
