import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { historiesOf, type RecordHistory } from './history.js';
import type { Line } from './line.js';

/** One of several parts of a history, each with all that concerns its records: numbers from 0. */
export interface Part {
  readonly number: number;
  readonly of: number;
}

const WHOLE: Part = { number: 0, of: 1 };

/** What names a record. */
export interface RecordName {
  readonly namespace: string;
  readonly key: string;
}

/**
 * Reads files of JSON lines that belong to one run, or one part of them. A last line that is cut off (its writer was
 * killed within it) is left out; any other line that is not JSON throws, with file and number, and so does the end of a
 * call that does not begin before it in the same file.
 */
export async function readHistory(paths: readonly string[], part = WHOLE): Promise<RecordHistory[]> {
  const lines: Line[] = [];
  for (const path of paths) {
    // Calls under way; whether they are of this part. An end names its call alone.
    const underWay = new Map<string, boolean>();
    for await (const line of linesOf(path)) if (isOf(part, line, underWay)) lines.push(line);
  }
  return historiesOf(lines);
}

/** Every record that occurs in the files, once. */
export async function readRecords(paths: readonly string[]): Promise<RecordName[]> {
  const records = new Map<string, RecordName>();
  for (const path of paths)
    for await (const line of linesOf(path))
      if (line.line !== 'end') records.set(nameOf(line), { namespace: line.namespace, key: line.key });
  return [...records.values()];
}

async function* linesOf(path: string): AsyncGenerator<Line> {
  let number = 0;
  let broken: { number: number; error: unknown } | undefined;
  for await (const text of createInterface({ input: createReadStream(path), crlfDelay: Infinity })) {
    number += 1;
    if (broken) throw new Error(`${path}:${broken.number} is not JSON`, { cause: broken.error });
    if (text === '') continue;
    try {
      yield JSON.parse(text) as Line;
    } catch (error) {
      broken = { number, error };
    }
  }
}

function isOf(part: Part, line: Line, underWay: Map<string, boolean>): boolean {
  if (line.line === 'end') {
    const isOurs = underWay.get(line.id);
    if (isOurs === undefined)
      throw new Error(`the history has the end of call ${line.id} and not its beginning`);
    underWay.delete(line.id);
    return isOurs;
  }
  const isOurs = hash(nameOf(line)) % part.of === part.number;
  if (line.line === 'begin') underWay.set(line.id, isOurs);
  return isOurs;
}

function nameOf({ namespace, key }: RecordName): string {
  return `${namespace}/${key}`;
}

/** FNV-1a, of 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1)
    sum = Math.imul(sum ^ text.charCodeAt(index), 0x01000193);
  return sum >>> 0;
}
