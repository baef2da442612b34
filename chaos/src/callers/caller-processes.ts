import { fork } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { monotonicMicros } from '@infra-services/idempotency-checker';
import { Program } from '../cluster/processes.js';
import type { CallersOptions, CallersProgress } from './protocol.js';

const PROGRAM = fileURLToPath(new URL('./main.js', import.meta.url));

/** Processes, each with so many callers at once: 200 in all. */
const groups = [
  { client: 'raw', callers: 60 },
  { client: 'sdk', callers: 40 },
  { client: 'raw', callers: 60 },
  { client: 'sdk', callers: 40 },
] as const;

/** All callers, in processes of their own; one that is killed is followed by another, with other choices. */
export class CallerProcesses {
  /** Calls recorded so far. */
  calls = 0;
  readonly historyFiles: string[] = [];
  private readonly programs: Program[] = [];
  private started = 0;
  private readonly beganMicros = monotonicMicros();

  constructor(
    private readonly folder: string,
    private readonly seed: number,
    private readonly run: string,
    private readonly urls: readonly string[],
  ) {
    groups.forEach((_, index) => this.launch(index));
  }

  pidOf(target: number): number {
    return this.programs[target % groups.length]?.pid ?? 0;
  }

  /** SIGKILL, and others in their place. */
  async replace(target: number): Promise<void> {
    const index = target % groups.length;
    await this.programs[index]?.end('SIGKILL');
    this.launch(index);
  }

  /** Lets every caller finish what it is at. */
  async finish(): Promise<void> {
    await Promise.all(
      this.programs.map(async (program) => {
        if (program.isRunning && program.child.connected) program.child.send('stop');
        await program.ended;
      }),
    );
  }

  async kill(): Promise<void> {
    await Promise.all(this.programs.map((program) => program.end('SIGKILL')));
  }

  private launch(index: number): void {
    const { client, callers } = groups[index % groups.length] ?? groups[0];
    const number = (this.started += 1);
    const name = `${client}${number}`;
    const historyFile = join(this.folder, `history-${name}.jsonl`);
    // It is read at the end, of a process too that was killed before it wrote anything.
    writeFileSync(historyFile, '');
    this.historyFiles.push(historyFile);
    const { seed, run, urls, beganMicros } = this;
    const options: CallersOptions = {
      client,
      name,
      historyFile,
      seed,
      run,
      urls,
      callers,
      firstCaller: number * 1_000,
      beganMicros,
    };
    const child = fork(PROGRAM, [JSON.stringify(options)], { execArgv: [] });
    child.on('message', ({ calls }: CallersProgress) => {
      this.calls += calls;
    });
    child.on('error', () => undefined);
    this.programs[index] = new Program(child);
  }
}
