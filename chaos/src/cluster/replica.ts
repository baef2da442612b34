import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '@infra-services/local-postgres';
import type { Link } from '../nemesis/plan.js';
import { DATABASE } from './postgres-pair.js';
import { startProgram, until, type Program } from './processes.js';
import { TcpProxy } from './tcp-proxy.js';

/** Of Debian's package libfaketime. */
const LIBFAKETIME = '/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1';

/** A line of the levels error and fatal. */
const DEFECT = /"level":(?:50|60|"error"|"fatal")/u;

/** Migrating, and a machine under load. Milliseconds. */
const START_WITHIN_MS = 120_000;

/** One replica of the API, with a proxy before it and before each of its stores, and a clock that can be moved. */
export class Replica {
  private program: Program | undefined;
  private readonly clockFile: string;

  private constructor(
    readonly number: number,
    private readonly port: number,
    private readonly folder: string,
    /** The main.js of the service. */
    private readonly service: string,
    readonly proxies: Readonly<Record<Link, TcpProxy>>,
    /** Whether `setClock` moves its clock; it makes every look at the clock dearer. */
    private readonly hasOwnClock: boolean,
  ) {
    this.clockFile = join(folder, `clock-${number}`);
    this.setClock(0);
  }

  static async create(
    number: number,
    folder: string,
    { service, ...stores }: { service: string; postgres: () => number; redis: () => number },
    hasOwnClock: boolean,
  ): Promise<Replica> {
    const port = await freePort();
    const [callers, postgres, redis] = await Promise.all([
      TcpProxy.start(() => port),
      TcpProxy.start(stores.postgres),
      TcpProxy.start(stores.redis),
    ]);
    return new Replica(number, port, folder, service, { callers, postgres, redis }, hasOwnClock);
  }

  /** Where callers reach it: through its proxy. */
  get url(): string {
    return `http://127.0.0.1:${this.proxies.callers.port}`;
  }

  get pid(): number {
    return this.program?.pid ?? 0;
  }

  /** Starts the process; it is not ready yet. */
  launch(): void {
    const { postgres, redis } = this.proxies;
    const env = {
      PATH: process.env.PATH,
      // Where CI keeps compiled code (scripts/ci/verify.mjs): a start takes a sixth less with it.
      NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE,
      HOST: '127.0.0.1',
      PORT: String(this.port),
      DATABASE_URL: `postgres://postgres@127.0.0.1:${postgres.port}/${DATABASE}`,
      REDIS_URL: `redis://127.0.0.1:${redis.port}`,
      SWEEP_INTERVAL_MS: '1000',
      LOG_LEVEL: 'error',
      LOG_CALLS: 'none',
      ...(this.hasOwnClock && ownClock(this.clockFile)),
    };
    const logFile = join(this.folder, `replica-${this.number}.log`);
    this.program = startProgram(process.execPath, [this.service], logFile, { env });
  }

  async untilReady(): Promise<void> {
    await until(
      `replica ${this.number} ready`,
      async () => (await this.ask('/health/ready')).ok,
      START_WITHIN_MS,
    );
  }

  /** Its clock, off by so many seconds within a second from now. */
  setClock(offsetSeconds: number): void {
    writeFileSync(this.clockFile, `${offsetSeconds < 0 ? '' : '+'}${offsetSeconds}\n`);
  }

  /** How many seconds its clock is off, by the `Date` of its answers. */
  async clockOffset(): Promise<number> {
    const { headers } = await this.ask('/health/live');
    return (Date.parse(headers.get('date') ?? '') - Date.now()) / 1_000;
  }

  async end(signal: NodeJS.Signals): Promise<void> {
    await this.program?.end(signal);
  }

  /** Lines that say that the service failed in a way that it has no word for. */
  defects(): string[] {
    const log = readFileSync(join(this.folder, `replica-${this.number}.log`), 'utf8');
    return log
      .split('\n')
      .filter((line) => DEFECT.test(line) && !line.includes('"code":"STORE_UNAVAILABLE"'));
  }

  async stop(): Promise<void> {
    await this.end('SIGKILL');
    await Promise.all(Object.values(this.proxies).map((proxy) => proxy.stop()));
  }

  private ask(path: string): Promise<Response> {
    return fetch(`http://127.0.0.1:${this.port}${path}`, { signal: AbortSignal.timeout(2_000) });
  }
}

function ownClock(clockFile: string): NodeJS.ProcessEnv {
  return {
    LD_PRELOAD: LIBFAKETIME,
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_CACHE_DURATION: '1',
    // Leases of its own and timeouts are measured on the monotonic clock, which nobody sets.
    FAKETIME_DONT_FAKE_MONOTONIC: '1',
  };
}
