import type { ProblemDetails } from '@infra-services/idempotency-contract';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anyJsonPath,
  arrangeCall,
  bodyOperations,
  everyRow,
  pointerTo,
  post,
  withText,
  type AcceptableCall,
} from '../support/hostile-calls.js';
import { newKey, useWorld } from '../support/world.js';

const DEPTH = 20_000;

/** Made out of a body's text. */
const malformed: [what: string, spoil: (text: string) => string | Buffer][] = [
  ['an empty body', () => ''],
  ['whitespace alone', () => ' \r\n\t'],
  ['a truncated body', (text) => text.slice(0, -1)],
  ['half a body', (text) => text.slice(0, text.length / 2)],
  ['a trailing comma', (text) => `${text.slice(0, -1)},}`],
  ['single quotes', (text) => text.replaceAll('"', "'")],
  ['NaN', (text) => `${text.slice(0, -1)},"x":NaN}`],
  ['an infinity', (text) => `${text.slice(0, -1)},"x":-Infinity}`],
  ['undefined', (text) => `${text.slice(0, -1)},"x":undefined}`],
  ['a comment', (text) => `/* hello */${text}`],
  ['a comment at the end', (text) => `${text}// hello`],
  ['a byte order mark', (text) => `\uFEFF${text}`],
  ['a body twice', (text) => `${text}${text}`],
  ['a bracket too many', (text) => `${text}}`],
  ['a zero byte at the end', (text) => `${text}\0`],
  ['a line break in a string', (text) => `${text.slice(0, -1)},"x":"a\nb"}`],
  ['a byte that is not UTF-8', (text) => Buffer.concat([Buffer.from(text), Buffer.from([0xff])])],
  ['a surrogate encoded as UTF-8', (text) => spoilAtEnd(text, Buffer.from([0x22, 0xed, 0xa0, 0x80, 0x22]))],
  ['UTF-16', (text) => Buffer.from(text, 'utf16le')],
  ['a form', () => 'key=value&key=other'],
  ['XML', () => '<claim/>'],
];

/** Well-formed JSON that two readers could understand differently, and where in it the problem is. */
const ambiguous: [what: string, text: string, pointer: string][] = [
  ['20,000 arrays in one another', '['.repeat(DEPTH) + ']'.repeat(DEPTH), '/0/0'],
  ['20,000 objects in one another', '{"a":'.repeat(DEPTH) + '1' + '}'.repeat(DEPTH), '/a/a'],
  ['20,000 arrays that never end', '['.repeat(DEPTH), '/0/0'],
  ['two members of one name', '{"a":1,"b":2,"a":1}', '/a'],
  ['two members of one name, deep inside', '[{"b":{"a":1,"a":2}}]', '/0/b/a'],
  ['two members of one name, one escaped', '{"a":1,"\\u0061":2}', '/a'],
  ['a member named __proto__', '{"__proto__":{"admin":true}}', '/__proto__'],
  ['a member named __proto__, escaped', '[{"\\u005f_proto__":null}]', '/0/__proto__'],
  ['a lone high surrogate', '["\\ud800"]', '/0'],
  ['a lone low surrogate', '["x\\udc00y"]', '/0'],
  ['a lone surrogate in a name, at its object', '{"b":{"\\ud800":1}}', '/b'],
  ['2^53 + 1', '[9007199254740993]', '/0'],
  ['−2^53', '{"a":-9007199254740992}', '/a'],
  ['an integer of 400 digits', `[${'9'.repeat(400)}]`, '/0'],
  ['1e400', '{"a":1e400}', '/a'],
  ['-1e400', '[-1e400]', '/0'],
];

describe('a body that is not JSON or could be read in two ways', () => {
  const world = useWorld();

  describe.each(bodyOperations)('sent to $id', (operation) => {
    let call: AcceptableCall;
    let before: string[];
    beforeAll(async () => {
      call = await arrangeCall(world, operation);
      before = await everyRow(world.database);
    });

    it.each(malformed)('is refused as malformed and changes nothing: %s', async (_what, spoil) => {
      const answer = await post(world, call.path, spoil(JSON.stringify(call.body)));
      expect([answer.status, answer.body]).toEqual([
        400,
        expect.objectContaining({ code: 'MALFORMED_JSON' }),
      ]);
      expect(await everyRow(world.database)).toEqual(before);
    });

    it.each(ambiguous)('is refused at its place and changes nothing: %s', async (_what, text, pointer) => {
      const place = anyJsonPath(operation);
      const answer = await post(world, call.path, withText(call.body, place, text));
      const { code, errors } = answer.body as ProblemDetails;
      expect([answer.status, code, errors?.length]).toEqual([400, 'INVALID_REQUEST', 1]);
      expect(errors?.[0]?.pointer.startsWith(pointerTo(place) + pointer)).toBe(true);
      expect(await everyRow(world.database)).toEqual(before);
    });

    it('is refused where a field of ours comes twice, also escaped', async () => {
      const [name = ''] = Object.keys(call.body);
      const text = JSON.stringify(call.body).slice(1);
      const escaped = `\\u${name.charCodeAt(0).toString(16).padStart(4, '0')}${name.slice(1)}`;
      for (const spelling of [name, escaped]) {
        const answer = await post(world, call.path, `{"${spelling}":"first",${text}`);
        expect((answer.body as ProblemDetails).errors).toMatchObject([{ pointer: `/${name}` }]);
      }
      expect(await everyRow(world.database)).toEqual(before);
    });

    it('is all that was wrong: the call itself is accepted, and changes what is stored', async () => {
      const answer = await post(world, call.path, JSON.stringify(call.body));
      expect(answer.status).toBeLessThan(300);
      expect(await everyRow(world.database)).not.toEqual(before);
    });
  });

  it('leaves no trace in the prototype of all objects', () => {
    expect(Object.prototype).not.toHaveProperty('admin');
  });

  it.each([
    '{"constructor":{"prototype":{"admin":true}},"prototype":1,"toString":"x","hasOwnProperty":null,"":0}',
    '{"name":"\\ud83d\\ude00","\\ud83d\\ude00":"😀","nul":"\\u0000","bom":"\uFEFF"}',
    '[9007199254740991,-9007199254740991,1e30,4.5,-0,1e-400]',
    '['.repeat(63) + ']'.repeat(63),
  ])('unlike a request that is merely unusual, which is data: %.60s', async (request) => {
    const text = `{"key":"${newKey()}","request":${request}}`;
    expect((await post(world, '/v1/claims', text)).status).toBe(201);
    expect((await post(world, '/v1/claims', text)).body).toMatchObject({ code: 'CLAIM_IN_PROGRESS' });
  });
});

function spoilAtEnd(text: string, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${text.slice(0, -1)},"x":`), value, Buffer.from('}')]);
}
