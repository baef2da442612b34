import { Controller, Get, Injectable, Module, Patch, Post, Put } from '@nestjs/common';
import { describe, expect, test } from 'vitest';
import {
  CurrentExecution,
  IdempotencyModule,
  Idempotent,
  type DecisionEvent,
  type HandlerExecution,
} from '../src/index.js';
import { createApp, listen, platforms } from './support/platforms.js';
import { world } from './support/world.js';

const { service, start } = world();

@Controller('orders')
class PlainOrders {
  @Post()
  @Idempotent()
  create(): string {
    return 'created';
  }
}

describe.each(platforms)('on %s', (platform) => {
  test('a decorated controller protects POST and PATCH, and a decorated handler whatever changes something', async () => {
    @Controller('orders')
    @Idempotent()
    class Orders {
      @Get()
      list(): string {
        return 'list';
      }

      @Post()
      create(): string {
        return 'create';
      }

      @Patch()
      change(): string {
        return 'change';
      }

      @Put()
      replace(): string {
        return 'replace';
      }

      @Put('named')
      @Idempotent()
      named(): string {
        return 'named';
      }
    }
    const send = await start({ platform, controllers: [Orders] });
    const statusOf = async (method: string, path = '/orders'): Promise<number> =>
      (await send(path, { method, key: null })).status;
    expect(await statusOf('GET')).toBe(200);
    expect(await statusOf('PUT')).toBe(200);
    expect([await statusOf('POST'), await statusOf('PATCH'), await statusOf('PUT', '/orders/named')]).toEqual(
      [400, 400, 400],
    );
  });

  test("a handler's options go before its controller's, those before the module's", async () => {
    @Controller()
    @Idempotent({ required: true })
    class Orders {
      @Post('strict')
      strict(): string {
        return 'ran';
      }

      @Post('lenient')
      @Idempotent({ required: false })
      lenient(): string {
        return 'ran';
      }
    }
    const decisions: DecisionEvent[] = [];
    const send = await start({
      platform,
      controllers: [Orders],
      module: { required: false, hooks: { onDecision: (event) => decisions.push(event) } },
    });
    expect(await send('/strict', { key: null })).toMatchObject({ status: 400 });
    expect(await send('/lenient', { key: null })).toMatchObject({ status: 201, text: 'ran' });
    // Decorated twice, it is claimed once.
    decisions.length = 0;
    expect(await send('/lenient')).toMatchObject({ status: 201 });
    expect(decisions.map(({ kind }) => kind)).toEqual(['executed']);
  });

  test('a handler is given its execution, and null where it runs unprotected', async () => {
    @Controller('orders')
    class Orders {
      @Post()
      @Idempotent({ required: false })
      create(@CurrentExecution() execution: HandlerExecution | null): unknown {
        return execution ? { attempt: execution.attempt, fenced: execution.fencingToken > 0 } : 'unprotected';
      }
    }
    const send = await start({ platform, controllers: [Orders] });
    expect((await send('/orders')).text).toBe('{"attempt":1,"fenced":true}');
    expect((await send('/orders', { key: null })).text).toBe('unprotected');
  });

  test('options may come from another provider', async () => {
    @Injectable()
    class Configuration {
      readonly url = service().url;
    }
    @Module({ providers: [Configuration], exports: [Configuration] })
    class ConfigurationModule {}
    const app = await createApp(platform, {
      controllers: [PlainOrders],
      imports: [
        IdempotencyModule.forRootAsync({
          imports: [ConfigurationModule],
          inject: [Configuration],
          useFactory: ({ url }: Configuration) => ({ baseUrl: url, application: 'configured' }),
        }),
      ],
    });
    try {
      const url = await listen(app);
      const headers = { 'idempotency-key': 'a-key' };
      const answers = [
        await fetch(`${url}/orders`, { method: 'POST', headers }),
        await fetch(`${url}/orders`, { method: 'POST', headers }),
      ];
      expect(answers.map(({ status }) => status)).toEqual([201, 201]);
      expect(answers[1]!.headers.get('idempotent-replayed')).toBe('true');
    } finally {
      await app.close();
    }
  });

  test('an application that uses the decorator without the module does not start', async () => {
    const app = createApp(platform, { controllers: [PlainOrders] }).then((created) => created.init());
    await expect(app).rejects.toThrow(/IdempotencyMiddleware/);
  });

  test('options that cannot be honoured keep the application from starting', async () => {
    const options = { baseUrl: 'http://127.0.0.1:1' };
    expect(() => IdempotencyModule.forRoot({ ...options, leaseMs: 1 })).toThrow(/leaseMs/);
    expect(() => Idempotent({ replayHeaders: ['set-cookie'] })).toThrow(/set-cookie/);
  });
});
