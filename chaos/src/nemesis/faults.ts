import { setTimeout as sleep } from 'node:timers/promises';
import type { CallerProcesses } from '../callers/caller-processes.js';
import type { Cluster } from '../cluster/cluster.js';
import { signalTree } from '../cluster/process-tree.js';
import { until } from '../cluster/processes.js';
import { holdLocks, takeConnections } from './database-faults.js';
import { failOver } from './failover.js';
import type { Fault, FaultKind } from './plan.js';

/** What the nemesis has its hands on. */
export interface Victims {
  readonly cluster: Cluster;
  readonly callers: CallerProcesses;
  /** Milliseconds from before every promotion to the first claim that was granted through every replica. */
  readonly failovers: number[];
}

/** A process looks at its clock's file once a second. Milliseconds, on a machine under load. */
const NOTICED_WITHIN_MS = 20_000;

/** How each kind is done and undone; resolves when it is over and what it ended runs again. */
const faults: Record<FaultKind, (fault: Fault, victims: Victims) => Promise<void>> = {
  'kill caller': ({ target }, { callers }) => callers.replace(target),
  'pause caller': (fault, { callers }) => pause(callers.pidOf(fault.target), fault),
  'kill replica': async (fault, { cluster }) => {
    const replica = cluster.replica(fault.target);
    await replica.end('SIGKILL');
    await sleep(fault.durationMs / 4);
    replica.launch();
    await replica.untilReady();
  },
  'pause replica': (fault, { cluster }) => pause(cluster.replica(fault.target).pid, fault),
  'kill redis': async (fault, { cluster }) => {
    await cluster.redis.end('SIGKILL');
    await sleep(fault.durationMs / 2);
    cluster.restartRedis();
  },
  'pause redis': (fault, { cluster }) => pause(cluster.redis.pid, fault),
  'crash postgres': async (fault, { cluster: { postgres } }) => {
    await postgres.primary.end('SIGKILL');
    await sleep(fault.durationMs / 4);
    await postgres.primary.start();
  },
  'pause postgres': (fault, { cluster }) => pause(cluster.postgres.primary.pid, fault),
  'pause standby': (fault, { cluster }) => pause(cluster.postgres.standby.pid, fault),
  'promote standby': (_fault, victims) => failOver(victims),
  'cut link': (fault, { cluster }) => onLink(fault, cluster, (proxy) => proxy.cut()),
  'delay link': (fault, { cluster }) =>
    onLink(fault, cluster, (proxy) => proxy.delay(fault.direction, fault.delayMs)),
  'drop link': (fault, { cluster }) => onLink(fault, cluster, (proxy) => proxy.drop(fault.direction)),
  'hold locks': (fault, { cluster }) => holdLocks(cluster.postgres.primary, fault.durationMs),
  'take connections': (fault, { cluster }) => takeConnections(cluster.postgres.primary, fault.durationMs),
  'jump clock': async (fault, { cluster }) => {
    const replica = cluster.timeTraveller;
    replica.setClock(fault.hours * 3_600);
    await until(
      `the clock of replica ${replica.number} off by ${fault.hours} h`,
      async () => Math.abs((await replica.clockOffset()) - fault.hours * 3_600) <= 60,
      NOTICED_WITHIN_MS,
    );
    await sleep(fault.durationMs);
    replica.setClock(0);
  },
};

/** Does one fault to its end. Throws where something does not come back. */
export function inflict(fault: Fault, victims: Victims): Promise<void> {
  return faults[fault.kind](fault, victims);
}

async function pause(pid: number, { durationMs }: Fault): Promise<void> {
  signalTree(pid, 'SIGSTOP');
  try {
    await sleep(durationMs);
  } finally {
    signalTree(pid, 'SIGCONT');
  }
}

async function onLink(
  fault: Fault,
  cluster: Cluster,
  harm: (proxy: ReturnType<Cluster['replica']>['proxies']['callers']) => void,
): Promise<void> {
  const proxy = cluster.replica(fault.target).proxies[fault.link];
  harm(proxy);
  await sleep(fault.durationMs);
  proxy.heal();
}
