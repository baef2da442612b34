import type { LedgerEntry, Refusal } from '../provider/ledger.js';
import type { World } from './world.js';

/** What the provider and shipping have on one order. */
export interface Books {
  readonly charges: readonly LedgerEntry[];
  readonly refusals: readonly Refusal[];
  readonly parcels: number;
  readonly mails: number;
}

export async function booksOf(world: Pick<World, 'provider' | 'shipping'>, orderId: string): Promise<Books> {
  const [ledger, shipping] = await Promise.all([
    read(world.provider.url, '/charges', orderId),
    read(world.shipping.url, '/counts', orderId),
  ]);
  return {
    ...(ledger as Pick<Books, 'charges' | 'refusals'>),
    ...(shipping as Pick<Books, 'parcels' | 'mails'>),
  };
}

async function read(baseUrl: string, path: string, orderId: string): Promise<unknown> {
  const url = new URL(path, baseUrl);
  url.searchParams.set('order', orderId);
  const response = await fetch(url);
  return response.json();
}
