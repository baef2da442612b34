/** The run's seed: `FAULT_SEED` to repeat one, else a new one. */
export function seedOfTheRun(): number {
  return Number(process.env.FAULT_SEED ?? Math.floor(Math.random() * 2 ** 31));
}
