import Table from 'cli-table3';
import { onOneLine } from './failure.js';

/** One JSON document on one line, for programs. */
export function printJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}

/** Columns aligned by spaces and no colours: good to read, and good to cut and grep. */
export function printTable(head: readonly string[], rows: readonly (readonly Cell[])[]): void {
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact: true },
    chars: NO_BORDER,
  });
  table.push(...rows.map((row) => row.map(text)));
  process.stdout.write(`${linesOf(table)}\n`);
}

/** One fact a line: its name, and its value. */
export function printFacts(facts: readonly (readonly [name: string, value: Cell])[]): void {
  const table = new Table({ style: { head: [], border: [], compact: true }, chars: NO_BORDER });
  table.push(...facts.map(([name, value]) => [name, text(value)]));
  process.stdout.write(`${linesOf(table)}\n`);
}

/** What does not apply is null and shows as a dash. */
export type Cell = string | number | null;

function text(cell: Cell): string {
  return cell === null ? '-' : onOneLine(String(cell));
}

function linesOf(table: Table.Table): string {
  return table
    .toString()
    .split('\n')
    .map((line) => line.trim())
    .join('\n');
}

const NO_BORDER = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: ' ',
};
