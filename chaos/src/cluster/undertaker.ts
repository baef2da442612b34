import { signalTree } from './process-tree.js';

/** Parent → undertaker: every process of the cluster that runs now. */
export type RunningPids = readonly number[];

// Ends what its parent has left running, when the parent is gone: the channel between them closes then, whatever
// ended it. Trees, not processes: a stopped backend of PostgreSQL would not notice that its postmaster has ended.
let running: RunningPids = [];
process.on('message', (pids: RunningPids) => {
  running = pids;
});
process.once('disconnect', () => {
  for (const pid of running) signalTree(pid, 'SIGKILL');
});
// A signal to the session of our parent is none to us; one from a terminal must not come before the parent's end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => undefined);
