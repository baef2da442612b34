let turn: Promise<void> | undefined;

/**
 * Resolves when this turn of the event loop has read what its sockets had for it; all who ask in one turn go on
 * together. Answers that are ready at once then leave in one burst, as those of a batch do. One by one, each write wakes
 * a caller's process, and that wake-up costs more than the answer (docs/performance.md). An idle process waits for
 * microseconds: there is no timer in this.
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
