import type { ProblemDetails } from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdClaim } from '../support/arrange.js';
import {
  arrangeCall,
  bodyOperations,
  everyRow,
  expectHealthy,
  withValue,
  type AcceptableCall,
} from '../support/hostile-calls.js';
import { useWorld } from '../support/world.js';

/** Operations that store an outcome, and where it stands in their body. */
const places: Readonly<Record<string, readonly (string | number)[]>> = {
  complete: ['outcome'],
  completeBatch: ['completions', 0, 'outcome'],
  resolve: ['outcome'],
};

const badNames: [what: string, name: string, pointer: string][] = [
  ['an empty name', '', '/'],
  ['a space in a name', 'x y', '/x y'],
  ['a space behind a name', 'x ', '/x '],
  ['a colon in a name', 'x:', '/x:'],
  ['a line break in a name', 'x\r\nset-cookie', '/x\r\nset-cookie'],
  ['a line feed behind a name', 'x\n', '/x\n'],
  ['NUL in a name', 'x\0', '/x\0'],
  ['a letter beyond ASCII in a name', 'xé', '/xé'],
  ['a slash in a name', 'a/b', '/a~1b'],
  ['a bracket in a name', 'x(y)', '/x(y)'],
  ['a quote in a name', '"x"', '/"x"'],
  ['a name that HTTP/2 keeps for itself', ':status', '/:status'],
  ['a name of 257 characters', 'x'.repeat(257), `/${'x'.repeat(257)}`],
];

const badValues: [what: string, value: unknown][] = [
  ['a line break in a value', 'x\r\nset-cookie: admin=1'],
  ['a line feed in a value', 'x\nset-cookie: admin=1'],
  ['a carriage return in a value', 'x\rset-cookie: admin=1'],
  ['a line feed at the end of a value', 'x\n'],
  ['NUL in a value', 'x\0'],
  ['an escape in a value', '\u001b[2J'],
  ['DEL in a value', '\u007f'],
  ['a character in a value that is no byte', '€'],
  ['a line separator in a value', '\u2028'],
  ['a value of 8,193 characters', 'x'.repeat(8_193)],
  ['a list as a value', ['x', 'y']],
  ['a number as a value', 1],
  ['null as a value', null],
];

const badOutcomes: [what: string, outcome: object, pointer: string][] = [
  [
    '65 header fields',
    { headers: Object.fromEntries(Array.from({ length: 65 }, (_, n) => [`x-${n}`, 'y'])) },
    '/headers',
  ],
  ['header fields as a list', { headers: [['x', 'y']] }, '/headers'],
  ['a status below 100', { status: 99 }, '/status'],
  ['a status above 599', { status: 600 }, '/status'],
  ['a status with a fraction', { status: 200.5 }, '/status'],
  ['text that is no string', { encoding: 'text', body: 1 }, '/body'],
  ['text without a body', { encoding: 'text' }, '/body'],
  ['base64 without a body', { encoding: 'base64' }, '/body'],
  ['base64 that is null', { encoding: 'base64', body: null }, '/body'],
  ['base64 without padding', { encoding: 'base64', body: 'YQ' }, '/body'],
  ['base64 of the URL alphabet', { encoding: 'base64', body: '-_-_' }, '/body'],
  ['base64 with a line break', { encoding: 'base64', body: 'YWJj\nYWJ' }, '/body'],
  ['base64 that is padded in the middle', { encoding: 'base64', body: 'YQ==YQ==' }, '/body'],
  ['an encoding that is not known', { encoding: 'gzip', body: 'x' }, '/encoding'],
];

describe('an outcome that must not be replayed', () => {
  const world = useWorld();

  const refusals: [what: string, outcome: object, pointer: string][] = [
    ...badNames.map(([what, name, pointer]): [string, object, string] => [
      what,
      { headers: { [name]: 'x' } },
      `/headers${pointer}`,
    ]),
    ...badValues.map(([what, value]): [string, object, string] => [
      what,
      { headers: { location: value } },
      '/headers/location',
    ]),
    ...badOutcomes,
  ];

  describe.each(bodyOperations.filter(({ id }) => places[id]))('is refused by $id', (operation) => {
    const place = places[operation.id]!;
    let call: AcceptableCall;
    let before: string[];
    beforeAll(async () => {
      call = await arrangeCall(world, operation);
      before = await everyRow(world.database);
    });

    it.each(refusals)('for %s', async (_what, outcome, pointer) => {
      const answer = await world.api.send('POST', call.path, { json: withValue(call.body, place, outcome) });
      expect(answer).toMatchObject({ status: 400, body: { code: 'INVALID_REQUEST' } });
      expect(pointersOf(answer.body)).toContain(`${place.map((step) => `/${step}`).join('')}${pointer}`);
      expect(await everyRow(world.database)).toEqual(before);
    });
  });

  it('is none that only looks strange: it comes back as it went in, and touches no header field of ours', async () => {
    const { key, claimToken } = await holdClaim(world.api);
    const outcome = {
      status: 599,
      headers: {
        "!#$%&'*+-.^_`|~0aZ": '\ttab, "quoted", é \u00ff',
        'set-cookie': 'admin=1',
        'content-length': '0',
        'transfer-encoding': 'chunked',
        'X-Request-Id': 'forged',
        constructor: 'x',
        empty: '',
      },
      body: { constructor: { prototype: null }, text: '\u0000\r\n\u2028' },
    };
    expect((await world.api.complete(key, { claimToken, outcome })).status).toBe(200);
    const replay = await world.api.claim({ key });
    expect([replay.status, replay.body.outcome]).toEqual([200, outcome]);
    expect(replay.headers).not.toHaveProperty('set-cookie');
    expect(replay.headers['x-request-id']).not.toBe('forged');
  });

  it('leaves the service healthy', async () => {
    await expectHealthy(world);
  });
});

function pointersOf(problem: ProblemDetails): string[] {
  return (problem.errors ?? []).map((error) => error.pointer);
}
