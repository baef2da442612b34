let turn: Promise<void> | undefined;

/**
 * Resolves when this turn of the event loop has read what its sockets had for it; all who ask in one turn go on
 * together. What is asked for in one turn thus travels in one statement, and answers that are ready at once leave in one
 * burst: one by one, each write wakes a caller's process, and that wake-up costs more than the answer (docs/performance.md).
 * An idle process waits for microseconds: there is no timer in this.
 */
export function endOfTurn(): Promise<void> {
  turn ??= new Promise((resolve) => {
    setImmediate(() => {
      turn = undefined;
      resolve();
    });
  });
  return turn;
}
