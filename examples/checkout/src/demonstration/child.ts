import { fork, type ChildProcess } from 'node:child_process';
import { EventEmitter, once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { CrashingProcess, CrashPoint } from '../crash-points/crash-points.js';
import type { Announcement } from '../process/announce.js';
import { inTime } from './deadline.js';

/** What a process is to do when it gets somewhere. */
export interface Fate {
  readonly crashAt?: CrashPoint;
  readonly pauseAt?: CrashPoint;
}

/** One of the example's processes, started and killed as often as it takes. It keeps its address. */
export class Child {
  private child: ChildProcess | null = null;
  private exited: Promise<unknown> = Promise.resolve();
  private port = '0';
  private announced: Announcement[] = [];
  private readonly news = new EventEmitter();

  constructor(
    private readonly name: CrashingProcess,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  /** Where it listens, or listened before it died. */
  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Starts it, and waits until it listens. What an earlier life announced is forgotten. */
  async start(fate: Fate = {}): Promise<void> {
    this.announced = [];
    const child = fork(fileURLToPath(new URL(`../../dist/${this.name}/main.js`, import.meta.url)), [], {
      execArgv: [],
      env: {
        ...this.environment,
        PATH: process.env.PATH,
        // Where CI keeps compiled code (scripts/ci/verify.mjs): a start takes a sixth less with it.
        NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
        PORT: this.port,
        ...(fate.crashAt ? { CRASH_AT: fate.crashAt } : {}),
        ...(fate.pauseAt ? { PAUSE_AT: fate.pauseAt } : {}),
      },
    });
    child.on('message', (announcement: Announcement) => {
      this.announced.push(announcement);
      this.news.emit('announced');
    });
    this.child = child;
    this.exited = once(child, 'exit');
    const early = this.exited.then(() => {
      throw new Error(`${this.name} ended before it listened.`);
    });
    const listening = this.hears((all) => all.some(({ kind }) => kind === 'listening'));
    await Promise.race([listening, early]);
    const address = this.announced.find((announcement) => announcement.kind === 'listening');
    if (address) this.port = new URL(address.url).port;
  }

  get running(): boolean {
    return this.child?.exitCode === null && this.child.signalCode === null;
  }

  /** Waits until all that it has announced in this life of its makes this true. */
  async hears(enough: (all: readonly Announcement[]) => boolean): Promise<void> {
    const heard = async (): Promise<void> => {
      while (!enough(this.announced)) await once(this.news, 'announced');
    };
    await inTime(`word of ${this.name}`, heard());
  }

  async pausedAt(point: CrashPoint): Promise<void> {
    await this.hears((all) => all.some((one) => one.kind === 'paused' && one.at === point));
  }

  /** Lets go on what is paused. */
  continue(): void {
    this.child?.send('continue');
  }

  /** Waits until it has killed itself; throws if it ended in any other way. */
  async diesAt(point: CrashPoint): Promise<void> {
    await inTime(`the death of ${this.name} at ${point}`, this.exited);
    const signal = this.child?.signalCode;
    if (signal !== 'SIGKILL') throw new Error(`${this.name} ended by ${String(signal)}, not at ${point}.`);
  }

  /** SIGKILL, unless it is dead. */
  async kill(): Promise<void> {
    this.child?.kill('SIGKILL');
    await this.exited;
  }
}
