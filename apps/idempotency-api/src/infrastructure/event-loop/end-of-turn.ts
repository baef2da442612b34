import { afterTicks } from './after-ticks.js';
import { outside } from './outside.js';

/** A turn of the event loop, and what waits for its end. */
interface Turn {
  tasks: (() => void)[];
  readonly end: PromiseWithResolvers<undefined>;
}

let turn: Turn | undefined;

/**
 * Resolves when this turn of the event loop has read what its sockets had for it, and its tasks are done; all who ask in one
 * turn go on together, so that what they ask for travels in one statement. An idle process waits for microseconds: there is no
 * timer in this.
 */
export function endOfTurn(): Promise<void> {
  return thisTurn().end.promise;
}

/**
 * Runs a task at the end of this turn, one behind the other. Those who await the end go on behind the tasks, behind what the
 * tasks have settled, and behind the ticks that they have asked for. A task must not throw.
 */
export function atEndOfTurn(task: () => void): void {
  thisTurn().tasks.push(task);
}

function thisTurn(): Turn {
  if (turn) return turn;
  const begun = { tasks: [], end: Promise.withResolvers<undefined>() };
  outside(setImmediate, () => void finish(begun));
  return (turn = begun);
}

async function finish(ending: Turn): Promise<void> {
  const { tasks, end } = ending;
  ending.tasks = [];
  for (const task of tasks) task();
  await afterTicks();
  turn = undefined;
  end.resolve(undefined);
  // Who came while this turn was ending is of the next one.
  for (const task of ending.tasks) atEndOfTurn(task);
}
