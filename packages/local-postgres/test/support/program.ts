import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

const PROGRAM = fileURLToPath(new URL('./program-main.ts', import.meta.url));

/** What `program-main.ts` tells of its Postgres. */
export interface Started {
  url: string;
  port: number;
  keeperPid: number;
  postmasterPid: number;
}

/** A program with a Postgres of its own, to be killed; killed with the test at the latest. */
export function runProgram(dataDir: string, ...clusterName: string[]): ChildProcess {
  const program = fork(PROGRAM, [dataDir, ...clusterName], { execArgv: [] });
  onTestFinished(() => void program.kill('SIGKILL'));
  return program;
}

export async function untilStarted(program: ChildProcess): Promise<Started> {
  const [started] = (await once(program, 'message')) as [Started];
  return started;
}

/** Resolves when the operating system has ended it. */
export async function kill(program: ChildProcess): Promise<void> {
  const exited = once(program, 'exit');
  program.kill('SIGKILL');
  await exited;
}
