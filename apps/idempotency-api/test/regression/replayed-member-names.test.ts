import { describe, expect, it } from 'vitest';
import { readStrictSource } from '../../src/json/read-strict-source.js';
import { holdClaim } from '../support/arrange.js';
import { recordPath } from '../support/api-client.js';
import { useWorld } from '../support/world.js';

/**
 * Old behaviour: a stored outcome was parsed on its way into an answer, and the members `"` and a line break came back
 * as `\`. Cause: the platform's JSON.parse compares an escaped member name byte for byte with names it has met
 * before (nodejs/node#63785), so one caller's body could rename another caller's members. Fix: stored text goes
 * into answers as it stands, and bodies with escaped names are read by our own reader.
 */
describe('member names that need an escape', () => {
  const world = useWorld();

  it('come back as they went in, whatever the process has parsed before', async () => {
    // What poisons the platform's parser; its answer does not matter.
    JSON.parse('{"a":1,"\\\\":2}');
    const { key, claimToken } = await holdClaim(world.api);
    const outcome = String.raw`{"status":200,"body":{"a":1,"\"":2,"\n":3}}`;
    await world.api.send('POST', `${recordPath(key)}/complete`, {
      raw: `{"claimToken":"${claimToken}","outcome":${outcome}}`,
    });
    const response = await fetch(`${world.api.url}/v1/claims`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ key }),
    });
    expect(readStrictSource(await response.text())).toMatchObject({
      decision: 'replay',
      outcome: { body: { a: 1, '"': 2, '\n': 3 } },
    });
  });
});
