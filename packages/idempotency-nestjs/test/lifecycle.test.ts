import { AsyncLocalStorage } from 'node:async_hooks';
import {
  Body,
  Catch,
  ConflictException,
  Controller,
  Header,
  HttpCode,
  Injectable,
  ParseIntPipe,
  Post,
  Redirect,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
  type ArgumentsHost,
  type CallHandler,
  type CanActivate,
  type ExceptionFilter,
  type ExecutionContext,
  type NestInterceptor,
} from '@nestjs/common';
import { map, timeout, type Observable } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { Idempotent } from '../src/index.js';
import { platforms } from './support/platforms.js';
import type { PlatformResponse } from './support/ways.js';
import { world, type Received } from './support/world.js';

const { start } = world();
const key = 'the-key';

function replayed({ headers }: Received): boolean {
  return headers.get('idempotent-replayed') === 'true';
}

@Injectable()
class HeaderGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    if (headers.authorization !== 'Bearer secret') throw new UnauthorizedException();
    return true;
  }
}

class OutOfStock extends Error {}

@Catch(OutOfStock)
class OutOfStockFilter implements ExceptionFilter {
  catch(_: OutOfStock, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<PlatformResponse>().status(410).send({ code: 'OUT_OF_STOCK' });
  }
}

@Injectable()
class Wrapping implements NestInterceptor {
  intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle().pipe(map((data: unknown) => ({ data })));
  }
}

describe.each(platforms)('on %s', (platform) => {
  test('whom a guard turns away meets no stored response, and claims no key', async () => {
    let runs = 0;
    @Controller('payments')
    @UseGuards(HeaderGuard)
    class Payments {
      @Post()
      @Idempotent()
      create(): string {
        return `payment ${(runs += 1)}`;
      }
    }
    const send = await start({ platform, controllers: [Payments] });
    const headers = { authorization: 'Bearer secret' };
    expect(await send('/payments', { key })).toMatchObject({ status: 401 });
    const first = await send('/payments', { key, headers });
    expect(first).toMatchObject({ status: 201, text: 'payment 1' });
    const stranger = await send('/payments', { key });
    expect(stranger.status).toBe(401);
    expect(stranger.text).not.toContain('payment');
    const retry = await send('/payments', { key, headers });
    expect([retry.text, replayed(retry)]).toEqual(['payment 1', true]);
  });

  test('what a pipe refuses is an outcome: the same request is refused again, another is a mismatch', async () => {
    @Controller('payments')
    class Payments {
      @Post()
      @Idempotent()
      create(@Body('amount', ParseIntPipe) amount: number): { amount: number } {
        return { amount };
      }
    }
    const send = await start({ platform, controllers: [Payments] });
    const refused = await send('/payments', { key, body: { amount: 'much' } });
    const again = await send('/payments', { key, body: { amount: 'much' } });
    expect([refused.status, again.status, replayed(again)]).toEqual([400, 400, true]);
    expect(again.text).toBe(refused.text);
    expect(await send('/payments', { key, body: { amount: 7 } })).toMatchObject({ status: 422 });
  });

  test('what exception filters make of an error is replayed, status and body', async () => {
    let runs = 0;
    @Controller()
    @UseFilters(OutOfStockFilter)
    class Orders {
      @Post('filtered')
      @Idempotent()
      filtered(): never {
        runs += 1;
        throw new OutOfStock();
      }

      @Post('builtin')
      @Idempotent()
      builtin(): never {
        runs += 1;
        throw new ConflictException('taken');
      }
    }
    const send = await start({ platform, controllers: [Orders] });
    for (const [path, status] of [
      ['/filtered', 410],
      ['/builtin', 409],
    ] as const) {
      const first = await send(path, { key });
      const second = await send(path, { key });
      expect([first.status, second.status, replayed(second)]).toEqual([status, status, true]);
      expect(second.text).toBe(first.text);
    }
    expect(runs).toBe(2);
  });

  test('an error that nobody has answered for leaves the outcome unknown, unless its class says otherwise', async () => {
    class NotSent extends Error {}
    let runs = 0;
    @Controller()
    class Orders {
      @Post('unknown')
      @Idempotent()
      unknown(): never {
        throw new Error('the connection broke');
      }

      @Post('mapped')
      @Idempotent({ outcomeOf: ({ error }) => (error instanceof NotSent ? 'nothing-happened' : undefined) })
      mapped(): string {
        if ((runs += 1) === 1) throw new NotSent();
        return 'done';
      }
    }
    const send = await start({ platform, controllers: [Orders] });
    expect((await send('/unknown', { key })).status).toBe(500);
    const held = await send('/unknown', { key });
    expect([held.status, held.text.includes('OUTCOME_UNKNOWN')]).toEqual([409, true]);
    expect((await send('/mapped', { key })).status).toBe(500);
    expect(await send('/mapped', { key })).toMatchObject({ status: 201, text: 'done' });
  });

  test("Nest's own decorators shape the first answer and its replay alike", async () => {
    @Controller()
    class Orders {
      @Post('empty')
      @HttpCode(204)
      @Idempotent()
      empty(): void {}

      @Post('csv')
      @Header('content-type', 'text/csv')
      @Header('etag', '"1"')
      @Idempotent()
      csv(): string {
        return 'a,b';
      }

      @Post('moved')
      @Redirect('https://shop.example/orders/1', 303)
      @Idempotent()
      moved(): void {}
    }
    const send = await start({ platform, controllers: [Orders] });
    const essence = ({ status, headers, text }: Received) =>
      [status, text, ...['content-type', 'etag', 'location'].map((name) => headers.get(name))] as const;
    for (const path of ['/empty', '/csv', '/moved']) {
      const first = await send(path, { key });
      const second = await send(path, { key });
      expect(essence(second)).toEqual(essence(first));
      expect([replayed(first), replayed(second)]).toEqual([false, true]);
    }
    expect((await send('/moved', { key })).headers.get('location')).toBe('https://shop.example/orders/1');
  });

  test('an interceptor that wraps answers wraps the first alone, as a replay is wrapped already', async () => {
    @Controller('orders')
    @UseInterceptors(Wrapping)
    class Orders {
      @Post()
      @Idempotent()
      create(): { id: number } {
        return { id: 1 };
      }
    }
    const send = await start({
      platform,
      controllers: [Orders],
      prepare: (app) => app.useGlobalInterceptors(new Wrapping()),
    });
    const first = await send('/orders', { key });
    expect(first.text).toBe('{"data":{"data":{"id":1}}}');
    expect((await send('/orders', { key })).text).toBe(first.text);
  });

  test('a timeout answered for a handler that goes on is not its outcome', async () => {
    @Injectable()
    class Impatient implements NestInterceptor {
      intercept(_: ExecutionContext, next: CallHandler): Observable<unknown> {
        return next.handle().pipe(timeout(50));
      }
    }
    @Controller('orders')
    @UseInterceptors(Impatient)
    class Orders {
      @Post()
      @Idempotent()
      create(): Promise<never> {
        return new Promise(() => undefined);
      }
    }
    const send = await start({ platform, controllers: [Orders] });
    expect((await send('/orders', { key })).status).toBe(503);
    expect((await send('/orders', { key })).text).toContain('OUTCOME_UNKNOWN');
  });

  test("a handler runs in its own request's async context", async () => {
    const requests = new AsyncLocalStorage<string>();
    @Controller('orders')
    class Orders {
      @Post()
      @Idempotent()
      create(): string {
        return requests.getStore() ?? 'lost';
      }
    }
    const send = await start({
      platform,
      controllers: [Orders],
      prepare: (app) =>
        app.use((_request: unknown, _response: unknown, next: () => void) => requests.run('kept', next)),
    });
    expect((await send('/orders', { key })).text).toBe('kept');
  });

  test('header fields that the application sets on every answer are on replays and problems too', async () => {
    @Controller('orders')
    class Orders {
      @Post()
      @Idempotent()
      create(): string {
        return 'done';
      }
    }
    const send = await start({
      platform,
      controllers: [Orders],
      prepare: (app) => app.enableCors({ origin: 'https://shop.example' }),
    });
    const answers = [
      await send('/orders', { key }),
      await send('/orders', { key }),
      await send('/orders', { key: null }),
      await send('/orders', { key, body: { other: true } }),
    ];
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 400, 422]);
    const origins = answers.map(({ headers }) => headers.get('access-control-allow-origin'));
    expect(new Set(origins)).toEqual(new Set(['https://shop.example']));
  });
});
