import type { LedgerEntry } from '../provider/ledger.js';
import type { Order } from './order.js';

/** The provider said no, for good: the card will not be charged. */
export class CardDeclined extends Error {
  override readonly name = 'CardDeclined';
}

/** A higher fencing token has been there: this caller was superseded, and what it asked for was not done. */
export class StaleFencingToken extends Error {
  override readonly name = 'StaleFencingToken';
}

/** No usable answer. What was asked for may have been done. */
class ProviderUnreachable extends Error {
  override readonly name = 'ProviderUnreachable';
}

/** Longer than a charge takes, shorter than a customer waits. */
const TIMEOUT_MS = 5_000;

/** The payment provider over HTTP. It repeats nothing: a charge asked for twice is taken twice. */
export class PaymentProvider {
  constructor(private readonly baseUrl: string) {}

  /** Throws `CardDeclined`, `StaleFencingToken` (both: nothing happened), or `ProviderUnreachable` (who knows). */
  async charge(order: Order, fencingToken: number, signal: AbortSignal): Promise<LedgerEntry> {
    const { id: orderId, amountCents, card } = order;
    return (await this.post('/charges', { orderId, amountCents, card, fencingToken }, signal)) as LedgerEntry;
  }

  /**
   * Shuts out every charge of the order with a lower token, one on its way included, and tells which were taken
   * before: all that there will ever be below this token.
   *
   * Throws `StaleFencingToken` or `ProviderUnreachable`. Can be repeated.
   */
  async chargesBehindFence(
    orderId: string,
    fencingToken: number,
    signal?: AbortSignal,
  ): Promise<LedgerEntry[]> {
    const answer = (await this.post('/fences', { orderId, fencingToken }, signal)) as {
      charges: LedgerEntry[];
    };
    return answer.charges;
  }

  private async post(path: string, body: object, signal?: AbortSignal): Promise<unknown> {
    const timeout = AbortSignal.timeout(TIMEOUT_MS);
    const [status, answer] = await fetch(new URL(path, this.baseUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    })
      .then(async (response): Promise<[number, unknown]> => [response.status, await response.json()])
      .catch((cause: unknown) => {
        throw new ProviderUnreachable(`No answer to POST ${path}.`, { cause });
      });
    if (status === 200 || status === 201) return answer;
    if (status === 402) throw new CardDeclined('The card was declined.');
    if (status === 409) throw new StaleFencingToken('A higher fencing token has been there.');
    throw new ProviderUnreachable(`POST ${path} was answered ${status}.`);
  }
}
