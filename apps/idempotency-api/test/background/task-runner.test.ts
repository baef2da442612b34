import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { TaskRunner } from '../../src/background/task-runner.js';
import type { Task, Turn, TurnEnd } from '../../src/background/task.js';
import { runnerOf, storedTask } from '../support/tasks.js';
import { useWorld } from '../support/world.js';

interface Work {
  readonly task: Task;
  /** Turns that were begun. */
  readonly begun: number;
  /** Most turns at once. */
  readonly most: number;
}

/** A task that counts its turns over all runners it is given to. */
function workOf(name: string, run: (turn: Turn) => Promise<TurnEnd>, intervalMs = 60_000): Work {
  let [begun, now, most] = [0, 0, 0];
  const task: Task = {
    name,
    intervalMs,
    run: async (turn) => {
      begun++;
      most = Math.max(most, ++now);
      try {
        return await run(turn);
      } finally {
        now--;
      }
    },
  };
  return {
    task,
    get begun() {
      return begun;
    },
    get most() {
      return most;
    },
  };
}

/** Goes on until it may not, keeping how often. */
const endless = async (turn: Turn): Promise<TurnEnd> => {
  let steps = Number(turn.progress ?? 0);
  while (await turn.goOn(++steps));
  return 'stopped';
};

describe('a background task', () => {
  const world = useWorld({ replicas: 2 });
  const started = (runner: TaskRunner): TaskRunner => {
    runner.start();
    onTestFinished(() => runner.stop());
    return runner;
  };
  const on = (replica: number, work: Work, options = {}): TaskRunner =>
    started(runnerOf(world, replica, [work.task], options));
  const poll = <Value>(look: () => Promise<Value> | Value) => expect.poll(look, { timeout: 15_000 });
  const stored = (name: string) => storedTask(world.database, name);

  it('runs on one replica at a time, again and again', async () => {
    const work = workOf('one-at-a-time', async (turn) => ((await turn.goOn(1)) ? 'done' : 'stopped'), 20);
    for (const replica of [0, 1, 0, 1]) on(replica, work, { leaseMs: 60_000 });
    await poll(() => work.begun).toBeGreaterThan(10);
    expect(work.most).toBe(1);
    expect((await stored('one-at-a-time'))!.succeeded_at).toBeInstanceOf(Date);
  });

  it('is handed back when its replica stops, and another goes on from its progress at once', async () => {
    const work = workOf('handed-back', endless);
    const first = on(0, work, { leaseMs: 60_000 });
    await poll(async () => Number((await stored('handed-back'))?.progress)).toBeGreaterThan(3);
    await first.stop();
    const { holder, progress } = (await stored('handed-back'))!;
    expect(holder).toBeNull();
    const second = on(1, work, { leaseMs: 60_000 });
    await poll(async () => Number((await stored('handed-back'))!.progress)).toBeGreaterThan(Number(progress));
    expect((await stored('handed-back'))!.holder).toBe(second.holder);
  });

  it('is not kept by a replica that stalled for longer than its lease', async () => {
    let letGo = (): void => undefined;
    const stalled = new Promise<void>((resolve) => (letGo = resolve));
    let wasTold: boolean | undefined;
    const first = workOf('stalled', async (turn) => {
      await stalled;
      wasTold = await turn.goOn('from the stalled one');
      return 'done';
    });
    const one = on(0, first, { leaseMs: 100 });
    await poll(() => first.begun).toBe(1);
    const second = workOf('stalled', endless);
    const other = on(1, second, { leaseMs: 60_000 });
    await poll(async () => (await stored('stalled'))!.holder).toBe(other.holder);
    await poll(async () => Number((await stored('stalled'))!.progress)).toBeGreaterThan(0);
    letGo();
    await poll(() => wasTold).toBe(false);
    await one.stop();
    const left = (await stored('stalled'))!;
    expect(left.holder).toBe(other.holder);
    expect(Number(left.progress)).toBeGreaterThan(0);
    expect(left.succeeded_at).toBeNull();
  });

  it('leaves most of the time to others, however long its steps are', async () => {
    const STEP_MS = 60;
    const pauses: number[] = [];
    const work = workOf('considerate', async (turn) => {
      for (let step = 0; step < 2; step++) {
        await sleep(STEP_MS);
        const since = performance.now();
        await turn.goOn();
        pauses.push(performance.now() - since);
      }
      return 'done';
    });
    on(0, work, { leaseMs: 60_000 });
    await poll(() => pauses.length).toBe(2);
    // A timer may end a fraction of a millisecond early, twice.
    for (const pause of pauses) expect(pause).toBeGreaterThan(5 * STEP_MS - 5);
  });

  it('stops at its next step when an operator pauses it, and goes on when that is over', async () => {
    const work = workOf('paused', endless);
    on(0, work);
    await poll(async () => Number((await stored('paused'))?.progress)).toBeGreaterThan(3);
    const pause = (paused: boolean) =>
      world.database.pool.query(`UPDATE background_task SET paused = $1 WHERE name = 'paused'`, [paused]);
    await pause(true);
    await poll(async () => (await stored('paused'))!.holder).toBeNull();
    const { term, progress } = (await stored('paused'))!;
    // Several looks of the runner later, nobody has taken it.
    let looks = 0;
    on(1, work, { events: { seen: () => looks++ } });
    await poll(() => looks).toBeGreaterThan(3);
    expect((await stored('paused'))!.term).toBe(term);
    await pause(false);
    await poll(async () => Number((await stored('paused'))!.progress)).toBeGreaterThan(Number(progress));
  });

  it('that fails is told of, counts as no success, and comes again', async () => {
    const failures: unknown[] = [];
    const work = workOf('failing', () => Promise.reject(new Error('on purpose')), 50);
    on(0, work, { events: { failed: (_: string, error: unknown) => failures.push(error) } });
    await poll(() => failures.length).toBeGreaterThan(2);
    expect(failures[0]).toEqual(new Error('on purpose'));
    expect((await stored('failing'))!.succeeded_at).toBeNull();
  });

  it('does not keep another one waiting', async () => {
    const long = workOf('long', endless);
    const short = workOf('short', () => Promise.resolve('done'), 20);
    started(runnerOf(world, 0, [long.task, short.task]));
    await poll(() => short.begun).toBeGreaterThan(3);
    expect(long.begun).toBe(1);
  });
});
