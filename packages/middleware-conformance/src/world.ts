import { IdempotencyClient, type ClientOptions } from '@infra-services/idempotency-client';
import type {
  MiddlewareHooks,
  MiddlewareOptions,
  RouteOptions,
} from '@infra-services/idempotency-middleware';
import { startLocalService, type LocalService } from '@infra-services/local-service';
import { afterAll, beforeAll, inject, onTestFinished } from 'vitest';
import type { Adapter, Call, ConformanceRoute, Reply, RequestWithHeaders } from './adapter.js';
import { FaultProxy } from './fault-proxy.js';
import { send, type Received, type Sent } from './test-client.js';

/** The one route that most tests need. */
interface RouteUnderTest {
  readonly method?: ConformanceRoute['method'];
  readonly path?: string;
  readonly way?: string;
  readonly options?: RouteOptions<RequestWithHeaders>;
  readonly middleware?: Omit<MiddlewareOptions<RequestWithHeaders>, 'client'>;
  readonly hooks?: MiddlewareHooks;
  readonly client?: Partial<ClientOptions>;
  readonly handle?: (call: Call) => Promise<Reply> | Reply;
}

export interface AppUnderTest {
  readonly url: string;
  /** How often the handler was entered. */
  readonly runs: () => number;
  readonly send: (sent?: Sent, path?: string) => Promise<Received>;
}

/** The real service behind a proxy, and applications in front of it. */
export interface World {
  readonly adapter: Adapter;
  /** The usual way to answer. */
  readonly way: string;
  readonly service: () => LocalService;
  readonly proxy: () => FaultProxy;
  /** Straight to the service, whatever the proxy does. */
  readonly client: () => IdempotencyClient;
  /** A key that no other test uses. */
  readonly newKey: () => string;
  /** Starts an application that ends with the test. */
  readonly start: (route?: RouteUnderTest) => Promise<AppUnderTest>;
}

/** Small enough that a response can be larger than the service stores and yet within `maxBodyBytes`. */
const SERVICE_OUTCOME_BYTES = 128 * 1024;

/** Sets up the world for the tests of the surrounding `describe`. */
export function setUpWorld(adapter: Adapter): World {
  let service: LocalService;
  let proxy: FaultProxy;
  let keys = 0;
  beforeAll(async () => {
    const settings = { MAX_OUTCOME_BYTES: String(SERVICE_OUTCOME_BYTES) };
    service = await startLocalService({ postgresUrl: inject('postgresUrl'), settings });
    proxy = await FaultProxy.inFrontOf(service.url);
  });
  afterAll(async () => {
    await proxy.stop();
    await service.stop();
  });
  const way = adapter.ways[0] ?? '';
  return {
    adapter,
    way,
    service: () => service,
    proxy: () => proxy,
    client: () => new IdempotencyClient({ baseUrl: service.url }),
    newKey: () => `key-${(keys += 1)}`,
    start: async (route = {}) => {
      const { path = '/orders', hooks, handle = defaultReply } = route;
      let runs = 0;
      const app = await adapter.start({
        middleware: {
          client: new IdempotencyClient({ baseUrl: proxy.url, ...route.client }),
          ...(hooks ? { hooks } : {}),
          ...route.middleware,
        },
        routes: [
          {
            method: route.method ?? 'POST',
            path,
            way: route.way ?? way,
            options: route.options ?? {},
            handle: async (call) => {
              runs += 1;
              return handle(call);
            },
          },
        ],
      });
      onTestFinished(async () => {
        proxy.fault = () => undefined;
        await app.stop();
      });
      return {
        url: app.url,
        runs: () => runs,
        send: (sent, target = path) => send(`${app.url}${target}`, sent),
      };
    },
  };
}

function defaultReply({ body }: Call): Reply {
  return {
    status: 201,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ got: body ?? null }),
  };
}
