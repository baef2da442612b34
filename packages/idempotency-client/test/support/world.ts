import { randomUUID } from 'node:crypto';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import { afterAll, beforeAll, inject } from 'vitest';
import { IdempotencyClient, type ClientOptions } from '../../src/index.js';
import { startFaultProxy, type FaultProxy } from './fault-proxy.js';

/** A service of the file's own, a proxy before it, and clients; all gone at the end of the file. */
export interface World {
  readonly service: LocalService;
  readonly proxy: FaultProxy;
  /** A client that goes through the proxy. */
  client(options?: Partial<ClientOptions>): IdempotencyClient;
  /** A client that speaks to the service itself. */
  readonly direct: IdempotencyClient;
}

/** Registers the hooks that build the world; its members are there once tests run. */
export function useWorld(settings: Readonly<Record<string, string>> = {}): World {
  let service: LocalService;
  let proxy: FaultProxy;
  beforeAll(async () => {
    service = await startLocalService({ postgresUrl: inject('postgresUrl'), settings });
    proxy = await startFaultProxy(service.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await service.stop();
  });
  return {
    get service() {
      return service;
    },
    get proxy() {
      return proxy;
    },
    get direct() {
      return new IdempotencyClient({ baseUrl: service.url });
    },
    client: (options) => new IdempotencyClient({ baseUrl: proxy.url, retry: quickRetry, ...options }),
  };
}

/** So that a failing service does not make tests wait. */
const quickRetry = { maxAttempts: 4, maxElapsedMs: 2_000, baseDelayMs: 1, maxDelayMs: 5 };

/** A record name that nobody else uses. */
export function aRecord(): { namespace: string; key: string } {
  return { namespace: 'test', key: randomUUID() };
}

/** A promise to wait on, and the call that ends the wait. */
export function gate(): { readonly opened: Promise<void>; open: () => void } {
  let open = () => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}

/** Resolves when the signal is aborted, with its reason. */
export function aborted(signal: AbortSignal): Promise<unknown> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(signal.reason);
    signal.addEventListener('abort', () => resolve(signal.reason), { once: true });
  });
}
