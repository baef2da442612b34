import type { ApiClient } from './api-client.js';

/** The value of one series, by name and labels as they are exposed; 0 if it has not been counted yet. */
export async function metric(api: ApiClient, series: string): Promise<number> {
  const { body } = await api.send<string>('GET', '/metrics');
  const line = body.split('\n').find((candidate) => candidate.startsWith(`${series} `));
  return line ? Number(line.slice(series.length + 1)) : 0;
}

/** Look-ups of completed outcomes in memory. */
export function lookUps(
  api: ApiClient,
  layer: 'process' | 'shared',
  result: 'hit' | 'miss',
): Promise<number> {
  return metric(api, `idempotency_replay_cache_lookups_total{layer="${layer}",result="${result}"}`);
}
