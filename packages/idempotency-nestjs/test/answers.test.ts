import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:http';
import { Readable } from 'node:stream';
import { Controller, Post, Req, StreamableFile } from '@nestjs/common';
import { defer, of } from 'rxjs';
import { describe, expect, onTestFinished, test } from 'vitest';
import { Idempotent, IdempotencyModule } from '../src/index.js';
import { createApp, listen, platforms } from './support/platforms.js';
import { world } from './support/world.js';

const { service, start } = world();
const key = 'the-key';
const bytes = Buffer.from([0, 255, 10, 13, 128]);

describe.each(platforms)('on %s', (platform) => {
  test('files, streams and observables are replayed byte for byte, with their header fields', async () => {
    let runs = 0;
    @Controller()
    class Reports {
      @Post('buffer')
      @Idempotent()
      buffer(): StreamableFile {
        runs += 1;
        return new StreamableFile(bytes, { type: 'image/x-test', disposition: 'attachment; filename="a"' });
      }

      @Post('stream')
      @Idempotent()
      stream(): StreamableFile {
        runs += 1;
        return new StreamableFile(Readable.from([bytes.subarray(0, 2), bytes.subarray(2)]));
      }

      @Post('observable')
      @Idempotent()
      observable(): unknown {
        runs += 1;
        return of({ id: 1 });
      }
    }
    const send = await start({ platform, controllers: [Reports] });
    for (const path of ['/buffer', '/stream', '/observable']) {
      const first = await send(path, { key });
      const second = await send(path, { key });
      expect(second.headers.get('idempotent-replayed')).toBe('true');
      expect([second.status, second.text]).toEqual([first.status, first.text]);
      for (const name of ['content-type', 'content-disposition']) {
        expect(second.headers.get(name)).toBe(first.headers.get(name));
      }
    }
    expect(runs).toBe(3);
  });

  test('what Nest cancels with its client has an unknown outcome, and does not run again', async () => {
    let runs = 0;
    let entered: (socket: IncomingMessage['socket']) => void = () => undefined;

    @Controller()
    class Reports {
      @Post('file')
      @Idempotent({ waitMs: 10_000 })
      async file(@Req() incoming: IncomingMessage): Promise<StreamableFile> {
        await this.untilGone(incoming);
        return new StreamableFile(Readable.from([bytes]));
      }

      @Post('observable')
      @Idempotent({ waitMs: 10_000 })
      observable(@Req() incoming: IncomingMessage): unknown {
        return defer(() => this.untilGone(incoming));
      }

      private async untilGone({ socket }: IncomingMessage): Promise<void> {
        runs += 1;
        const gone = once(socket, 'close');
        entered(socket);
        await gone;
      }
    }
    const app = await createApp(platform, {
      controllers: [Reports],
      imports: [IdempotencyModule.forRoot({ baseUrl: service().url, application: `gone-${platform}` })],
    });
    onTestFinished(() => app.close());
    const url = await listen(app);
    for (const path of ['/file', '/observable']) {
      const running = new Promise((resolve) => (entered = resolve));
      const outgoing = request(`${url}${path}`, { method: 'POST', headers: { 'idempotency-key': key } });
      outgoing.on('error', () => undefined).end();
      await running;
      outgoing.destroy();
      const retry = await fetch(`${url}${path}`, { method: 'POST', headers: { 'idempotency-key': key } });
      expect([retry.status, ((await retry.json()) as { code: string }).code]).toEqual([
        409,
        'OUTCOME_UNKNOWN',
      ]);
    }
    expect(runs).toBe(2);
  });
});
