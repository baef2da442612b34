import { statSync } from 'node:fs';
import { check, nothingChecked, together, type Report } from './check.js';
import { readHistory } from './history/read-history.js';

/** Text that is in memory at once: parsed, it takes several times as much. */
const PART_BYTES = 128 * 1024 * 1024;

/**
 * Checks the files of one run. Records are independent, so long histories are read and checked in parts, record by record:
 * memory does not grow with the run, the time to read does. Throws what `readHistory` throws.
 */
export async function checkFiles(paths: readonly string[], partBytes = PART_BYTES): Promise<Report> {
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  const of = Math.max(1, Math.ceil(bytes / partBytes));
  let report = nothingChecked;
  for (let number = 0; number < of; number += 1)
    report = together(report, check(await readHistory(paths, { number, of })));
  return report;
}
