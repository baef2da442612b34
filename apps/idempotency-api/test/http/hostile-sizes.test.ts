import { randomUUID } from 'node:crypto';
import { limits, type ProblemDetails } from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anyJsonPath,
  arrangeCall,
  bodyOperations,
  everyRow,
  expectHealthy,
  post,
  withText,
  type AcceptableCall,
} from '../support/hostile-calls.js';
import { metric } from '../support/metrics.js';
import { chunkedRequest, problemOf, RawSocket } from '../support/raw-socket.js';
import { useServiceProcess } from '../support/service-process.js';
import { useWorld, type World } from '../support/world.js';

/** The default of MAX_BODY_BYTES. */
const LARGEST_BODY = 8 * 1024 * 1024;
const SMALL_BODY = 4_096;

/** The service's work for one answer. Counted as time on the processor: a busy machine is no hang. */
const PROMPT_SECONDS = 2;
const LARGEST_ANSWER = 32 * 1024;

type Giant = [what: string, path: string, pointer: string, body: () => string];

describe('a body as large as it may be, all of it wrong,', () => {
  // In a process of its own: collections of what other tests have left behind are no part of its work.
  const world = useServiceProcess();

  const processorSeconds = (): Promise<number> => metric(world.api, 'process_cpu_seconds_total');

  const giants: Giant[] = [
    ['a million claims', '/v1/claims/batch', '/claims', () => `{"claims":[${list('{}', 1_000_000)}]}`],
    [
      'a million completions',
      '/v1/completions/batch',
      '/completions',
      () => `{"completions":[${list('0', 1_000_000)}]}`,
    ],
    ['a million ids', '/v1/deduplications', '/ids', () => `{"ids":[${list('""', 1_000_000)}]}`],
    ['a million numbers as the body', '/v1/claims', '', () => `[${list('0', 1_000_000)}]`],
    ['700,000 unknown fields', '/v1/claims', '', () => `{"key":"k",${members(700_000)}}`],
    [
      '700,000 unknown fields in a claim',
      '/v1/claims/batch',
      '/claims/0',
      () => `{"claims":[{"key":"k",${members(700_000)}}]}`,
    ],
    [
      'as many unknown fields as an object may have',
      '/v1/claims',
      '/x0',
      () => `{"key":"k",${members(limits.jsonObjectMaxMembers - 1)}}`,
    ],
    [
      '700,000 header fields',
      '/v1/completions/batch',
      '/completions/0/outcome/headers',
      () => headers(700_000),
    ],
    // Every object has names of its own: so many members make the platform's parser slowest.
    ...[1, 8, 60, 127, 100_000].map((each): Giant => [
      `700,000 members, ${each} an object, no name twice`,
      '/v1/claims',
      '/x',
      () => `{"key":"k","x":[${objects(each, 700_000 / each)}]}`,
    ]),
    ['an unknown field with a name of 8 MiB', '/v1/claims', '', () => `{"key":"k","${giant(30)}":1}`],
    [
      'an unknown field whose name is all slashes',
      '/v1/claims',
      '',
      () => `{"key":"k","${'/'.repeat(4_000_000)}":1}`,
    ],
    ['a key of 8 MiB', '/v1/claims', '/key', () => `{"key":"${giant(30)}"}`],
    ['an id of 8 MiB', '/v1/deduplications', '/ids/0', () => `{"ids":["${giant(30)}"]}`],
    ['an owner of 8 MiB', '/v1/claims', '/owner', () => `{"key":"k","owner":"${giant(30)}"}`],
    [
      'a fingerprint of 8 MiB',
      '/v1/claims',
      '/fingerprint',
      () => `{"key":"k","fingerprint":"${giant(40)}"}`,
    ],
    [
      'a lease of 8 MiB of digits',
      '/v1/claims',
      '/leaseMs',
      () => `{"key":"k","leaseMs":${'9'.repeat(8_000_000)}}`,
    ],
    ['a claim token of 8 MiB', '/v1/claims', '/claimToken', () => `{"key":"k","claimToken":"${giant(40)}"}`],
  ];

  it.each(giants)('is refused at once, in few words: %s', async (_what, path, pointer, body) => {
    const text = body();
    expect(text.length).toBeLessThanOrEqual(LARGEST_BODY);
    const efforts: number[] = [];
    for (const send of [whole, inChunks]) {
      const before = await processorSeconds();
      const problem = await send(world, path, text);
      efforts.push((await processorSeconds()) - before);
      expect(problem).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
      expect(problem.errors?.map((error) => error.pointer)).toContain(pointer);
      expect(JSON.stringify(problem).length).toBeLessThan(LARGEST_ANSWER);
    }
    expect(Math.min(...efforts)).toBeGreaterThan(0);
    expect(Math.min(...efforts)).toBeLessThan(PROMPT_SECONDS);
  });

  it.each([
    ['that have to be escaped', '\\u0001'],
    ['of three bytes', '€'],
    ['that pointers escape', '~'],
  ])('is answered in few words, even in names of characters %s', async (_what, character) => {
    const names = Array.from({ length: 34 }, (_, index) => `"${index}${character.repeat(290)}":1`);
    const answer = await post(world, '/v1/claims', `{${names.join(',')}}`);
    expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
    expect(Buffer.byteLength(JSON.stringify(answer.body))).toBeLessThan(LARGEST_ANSWER);
  });

  it('has left no row, and the service healthy', async () => {
    expect(await everyRow(world.database)).toEqual([]);
    await expectHealthy(world);
  });
});

describe('a body beyond MAX_BODY_BYTES', () => {
  const world = useWorld({ settings: { MAX_BODY_BYTES: String(SMALL_BODY) } });

  describe.each(bodyOperations)('sent to $id', (operation) => {
    let call: AcceptableCall;
    let before: string[];
    beforeAll(async () => {
      call = await arrangeCall(world, operation);
      before = await everyRow(world.database);
    });

    /** The call with JSON whitespace up to a size: nothing else is wrong with it. */
    const padded = (size: number): string => JSON.stringify(call.body).padEnd(size, ' ');

    it.each([SMALL_BODY + 1, 10 * SMALL_BODY, LARGEST_BODY])('changes nothing: %i bytes', async (size) => {
      for (const send of [whole, inChunks]) {
        expect(await send(world, call.path, padded(size))).toMatchObject({
          status: 413,
          code: 'PAYLOAD_TOO_LARGE',
        });
      }
      expect(await everyRow(world.database)).toEqual(before);
    });

    it('is one byte longer than a body that is read', async () => {
      expect((await post(world, call.path, padded(SMALL_BODY))).status).toBeLessThan(300);
    });
  });

  it('is refused before its depth is looked at', async () => {
    const answer = await post(
      world,
      '/v1/claims',
      withText({ key: 'k' }, anyJsonPath(bodyOperations[0]!), '['.repeat(20_000)),
    );
    expect(answer.body).toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
  });

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});

async function whole({ api }: Pick<World, 'api'>, path: string, body: string): Promise<ProblemDetails> {
  return (await post({ api }, path, body)).body as ProblemDetails;
}

async function inChunks({ api }: Pick<World, 'api'>, path: string, body: string): Promise<ProblemDetails> {
  const socket = await RawSocket.open(api.url);
  const [answer] = await Promise.all([socket.next(), socket.write(chunkedRequest(path, body))]);
  await socket.drop();
  return problemOf(answer);
}

function list(item: string, length: number): string {
  return `${`${item},`.repeat(length - 1)}${item}`;
}

function members(count: number, first = 0): string {
  return Array.from({ length: count }, (_, index) => `"x${(first + index).toString(36)}":0`).join(',');
}

function objects(each: number, count: number): string {
  return Array.from({ length: count }, (_, index) => `{${members(each, index * each)}}`).join(',');
}

function headers(count: number): string {
  return `{"completions":[{"key":"k","claimToken":"${randomUUID()}","outcome":{"headers":{${members(count)}}}}]}`;
}

/** 8 MiB, less a little. */
function giant(less: number): string {
  return 'x'.repeat(LARGEST_BODY - less);
}
