import { operations, type Operation } from '@infra-services/idempotency-contract';
import Fastify from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { Answer } from '../../src/infrastructure/http/answer.js';
import { TextAnswer } from '../../src/infrastructure/http/answer.decorators.js';
import { fromCall } from '../../src/infrastructure/http/call-part.decorators.js';
import { mountOperations } from '../../src/infrastructure/http/mount-operations.js';
import { Implements } from '../../src/infrastructure/http/operation.decorator.js';

/** An operation with its id alone. */
const live: Operation = operations.live;

class Results {
  constructor(private readonly results: Readonly<Record<string, () => unknown>>) {}

  @Implements(live)
  @TextAnswer('text/plain; charset=utf-8')
  answer(@fromCall(({ headers }) => headers['x-result']) name: string): unknown {
    return this.results[name]?.();
  }
}

class NoOperation {
  method(@fromCall(({ body }) => body) body: unknown): unknown {
    return body;
  }
}

class ForgottenArgument {
  @Implements(live)
  method(forgotten: unknown, @fromCall(({ body }) => body) body: unknown): unknown {
    return [forgotten, body];
  }
}

describe('what a controller implements', () => {
  const server = Fastify();
  afterEach(() => server.close());

  it('answers with what its method gives, whichever way that is', async () => {
    const controller = new Results({
      text: () => 'now',
      promise: () => Promise.resolve('later'),
      answer: () => Promise.resolve(new Answer('made', 201, { location: '/x' })),
      throws: () => {
        throw new Error('thrown');
      },
      rejects: () => Promise.reject(new Error('rejected')),
      unsendable: () => Promise.resolve({ text: 'is what was promised' }),
    });
    mountOperations(server, [controller], (error, _request, reply) => {
      void reply.code(500).send(`told: ${(error as Error).message}`);
    });
    const url = await server.listen({ host: '127.0.0.1', port: 0 });
    const ask = async (result: string): Promise<readonly unknown[]> => {
      const response = await fetch(`${url}${live.path}`, { headers: { 'x-result': result } });
      return [response.status, await response.text(), response.headers.get('location')];
    };

    expect(await ask('text')).toEqual([200, 'now', null]);
    expect(await ask('promise')).toEqual([200, 'later', null]);
    expect(await ask('answer')).toEqual([201, 'made', '/x']);
    expect(await ask('throws')).toEqual([500, 'told: thrown', null]);
    expect(await ask('rejects')).toEqual([500, 'told: rejected', null]);
    expect(await ask('unsendable')).toEqual([500, expect.stringContaining('told: '), null]);
  });

  it('is refused at the start where no operation is named', () => {
    expect(() => {
      mountOperations(server, [new NoOperation()], () => undefined);
    }).toThrow('method takes parts of a call and implements no operation');
  });

  it('is refused at the start where an argument comes from nowhere', () => {
    expect(() => {
      mountOperations(server, [new ForgottenArgument()], () => undefined);
    }).toThrow('method has an argument that is not taken out of the call');
  });
});
