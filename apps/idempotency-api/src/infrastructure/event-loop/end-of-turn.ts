import { outside } from './outside.js';

/** A turn of the event loop, and what waits for its end. */
interface Turn {
  readonly tasks: (() => void)[];
  readonly end: PromiseWithResolvers<undefined>;
}

let turn: Turn | undefined;

/**
 * Resolves when this turn of the event loop has read what its sockets had for it; all who ask in one turn go on together, so
 * that what they ask for travels in one statement. An idle process waits for microseconds: there is no timer in this.
 */
export function endOfTurn(): Promise<void> {
  return thisTurn().end.promise;
}

/** Runs a task at the end of this turn, one behind the other, before those go on who await it. It must not throw. */
export function atEndOfTurn(task: () => void): void {
  thisTurn().tasks.push(task);
}

function thisTurn(): Turn {
  if (turn) return turn;
  const begun = { tasks: [], end: Promise.withResolvers<undefined>() };
  outside(setImmediate, () => {
    finish(begun);
  });
  return (turn = begun);
}

function finish({ tasks, end }: Turn): void {
  // What a task asks for belongs to the next turn.
  turn = undefined;
  for (const task of tasks) task();
  end.resolve(undefined);
}
