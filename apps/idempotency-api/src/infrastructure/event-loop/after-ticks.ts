/**
 * Resolves behind all that goes on from what is settled by now: promises that wait for it, those that wait for them, and the ticks
 * (`process.nextTick`) that they ask for.
 */
export function afterTicks(): Promise<void> {
  // A tick comes when no promise is left to go on, and who waits for a promise it resolves, behind all other ticks.
  return new Promise((resolve) => {
    process.nextTick(resolve);
  });
}
