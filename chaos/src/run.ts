import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  audit,
  checkFiles,
  exitCodeOf,
  readRecords,
  Recorder,
  type Report,
} from '@infra-services/idempotency-checker';
import { CallerProcesses } from './callers/caller-processes.js';
import { Cluster } from './cluster/cluster.js';
import { inflict } from './nemesis/faults.js';
import { describeFault, faultKinds, planOf, type FaultKind } from './nemesis/plan.js';

export interface ChaosOptions {
  readonly seed: number;
  /** Calls to be recorded; the nemesis finishes its round beyond them. */
  readonly operations: number;
  /** Keep the histories and the logs of all processes, also where nothing was found. Where they are is logged. */
  readonly keep: boolean;
  /** The main.js of the service. */
  readonly service: string;
  readonly log: (line: string) => void;
}

export interface ChaosResult {
  readonly report: Report;
  readonly calls: number;
  readonly seconds: number;
  readonly faults: Readonly<Partial<Record<FaultKind, number>>>;
  /** Milliseconds from before each promotion to the first claim granted through every replica. */
  readonly failovers: readonly number[];
  readonly defects: readonly string[];
}

/** One run: cluster up, callers on it, every fault of the plan in turn, all healed, every record read, history checked. */
export async function runChaos(options: ChaosOptions): Promise<ChaosResult> {
  const folder = mkdtempSync(join(tmpdir(), 'idempotency-chaos-'));
  // PostgreSQL runs as another user where we are root.
  chmodSync(folder, 0o755);
  const cluster = await Cluster.start(folder, options.service);
  const urls = cluster.replicas.map(({ url }) => url);
  const callers = new CallerProcesses(folder, options.seed, `chaos${options.seed}`, urls);
  // What could not be gone through to its end is what the logs are read for.
  let isToBeKept = true;
  try {
    const began = performance.now();
    const { faults, failovers } = await torment(cluster, callers, options);
    await callers.finish();
    await Promise.all(cluster.replicas.map((replica) => replica.untilReady()));
    const report = await auditAndCheck(folder, callers.historyFiles, urls[0] ?? '');
    const seconds = (performance.now() - began) / 1_000;
    const defects = cluster.replicas.flatMap((replica) => replica.defects());
    // What is not decided can be searched for longer; it happens once.
    isToBeKept = options.keep || exitCodeOf(report) !== 0 || report.executions === 0 || defects.length > 0;
    return {
      report,
      calls: callers.calls,
      seconds,
      faults,
      failovers,
      defects,
    };
  } finally {
    await callers.kill();
    await cluster.stop();
    if (isToBeKept) options.log(`kept: ${folder}`);
    else rmSync(folder, { recursive: true, force: true });
  }
}

/** Fault after fault, in whole rounds, until the callers have made their calls. */
async function torment(
  cluster: Cluster,
  callers: CallerProcesses,
  { seed, operations, log }: ChaosOptions,
): Promise<Pick<ChaosResult, 'faults' | 'failovers'>> {
  const faults: Partial<Record<FaultKind, number>> = {};
  const failovers: number[] = [];
  for (const fault of planOf(seed)) {
    log(`${String(callers.calls).padStart(8)} calls · ${describeFault(fault)}`);
    await inflict(fault, { cluster, callers, failovers });
    faults[fault.kind] = (faults[fault.kind] ?? 0) + 1;
    await sleep(fault.restMs);
    if (fault.number % faultKinds.length === 0 && callers.calls >= operations) break;
  }
  return { faults, failovers };
}

async function auditAndCheck(
  folder: string,
  historyFiles: readonly string[],
  baseUrl: string,
): Promise<Report> {
  const auditFile = join(folder, 'history-audit.jsonl');
  const recorder = new Recorder(auditFile, 'audit');
  await audit(recorder, { baseUrl, timeoutMs: 5_000 }, await readRecords(historyFiles));
  recorder.close();
  return checkFiles([...historyFiles, auditFile]);
}
