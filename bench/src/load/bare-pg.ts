import { fileURLToPath } from 'node:url';
import { benchLine, childOutput } from './child-output.js';
import type { Measurement } from './measurement.js';

/** What `pg` alone reaches, without HTTP and without the service. */
export interface BarePgRun {
  readonly program: 'bare-insert' | 'bare-batch';
  readonly databaseUrl: string;
  readonly connections: number;
  /** Rows that a statement carries. */
  readonly rows: number;
  readonly seconds: number;
}

/** Runs one of the programs beside this file in a process of its own. */
export async function runBarePg(run: BarePgRun): Promise<Measurement> {
  const program = fileURLToPath(new URL(`./${run.program}.js`, import.meta.url));
  return benchLine(await childOutput(process.execPath, [program, JSON.stringify(run)])) as Measurement;
}
