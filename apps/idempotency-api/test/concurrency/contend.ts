import type { Answer, ApiClient } from '../support/api-client.js';
import type { World } from '../support/world.js';

/** The replica whose turn it is: neighbours in a count never share one. */
export function replicaFor(world: World, index: number): ApiClient {
  return world.replicas[index % world.replicas.length]!;
}

/** Sends that many calls at once, spread evenly over the replicas. */
export function contend<Result>(
  world: World,
  count: number,
  call: (api: ApiClient, index: number) => Promise<Result>,
): Promise<Result[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => call(replicaFor(world, index), index)));
}

/** What an answer says, in one word: its problem's code, its decision, or its status. */
export function verdictOf({ status, body }: Answer): string {
  const { code, decision } = (body ?? {}) as { code?: string; decision?: string };
  return code ?? decision ?? String(status);
}

/** How often each verdict was given. */
export function tally(answers: readonly Answer[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const verdict of answers.map(verdictOf)) counts[verdict] = (counts[verdict] ?? 0) + 1;
  return counts;
}
