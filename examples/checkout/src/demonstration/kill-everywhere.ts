import type { World } from './world.js';
import { heading, line } from './report.js';
import { runScenario, total, type Result } from './run-scenario.js';
import type { Scenario } from './scenarios.js';

/**
 * Runs the scenarios and prints what became of each: one after another in each world, the worlds side by side. True if
 * all that is promised held.
 *
 * Rejects with the first failure, once nothing runs in any world any more: whoever stops them then leaves no process.
 */
export async function killEverywhere(
  worlds: readonly World[],
  scenarios: readonly Scenario[],
): Promise<boolean> {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  console.log(heading(width));
  const results: Result[] = [];
  const waiting = [...scenarios.entries()];
  const takeOneAfterAnother = async (world: World): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const [index, scenario] = next;
      const result = await runScenario(world, scenario, index + 1);
      console.log(line(result, width));
      results.push(result);
    }
  };
  const ends = await Promise.allSettled(
    worlds.map((world) =>
      takeOneAfterAnother(world).catch((error: unknown) => {
        waiting.length = 0;
        throw error;
      }),
    ),
  );
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
  console.log(summary(results));
  return results.every(({ violations }) => violations.length === 0);
}

function summary(results: readonly Result[]): string {
  const orders = results.flatMap((result) => result.orders);
  const kills = results.length;
  return `\n${kills} scenarios, ${orders.length} orders, ${total(orders, 'charges')} charges in the ledger.`;
}
