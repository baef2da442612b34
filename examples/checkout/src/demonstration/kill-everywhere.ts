import type { World } from './world.js';
import { heading, line } from './report.js';
import { runScenario, total, type Result } from './run-scenario.js';
import type { Scenario } from './scenarios.js';

/** Runs the scenarios one after another and prints what became of each. True if all that is promised held. */
export async function killEverywhere(world: World, scenarios: readonly Scenario[]): Promise<boolean> {
  const width = Math.max(...scenarios.map(({ name }) => name.length));
  console.log(heading(width));
  const results: Result[] = [];
  for (const [index, scenario] of scenarios.entries()) {
    const result = await runScenario(world, scenario, index + 1);
    console.log(line(result, width));
    results.push(result);
  }
  console.log(summary(results));
  return results.every(({ violations }) => violations.length === 0);
}

function summary(results: readonly Result[]): string {
  const orders = results.flatMap((result) => result.orders);
  const kills = results.length;
  return `\n${kills} scenarios, ${orders.length} orders, ${total(orders, 'charges')} charges in the ledger.`;
}
