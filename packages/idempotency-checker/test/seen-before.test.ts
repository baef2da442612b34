import { expect, test } from 'vitest';
import type { Instant, Open } from '../src/model/state.js';
import { SeenBefore } from '../src/search/seen-before.js';

const spentOne = Uint32Array.of(0b01);
const spentOther = Uint32Array.of(0b10);
const spentBoth = Uint32Array.of(0b11);
const lease: Instant = { from: 100, until: 200 };

test('a place is left out only where one like it, with no more spent and no narrower bounds, was looked at', () => {
  const seen = new SeenBefore();
  const looks = [
    seen.add('known', openWith({ lease }), spentOne),
    seen.add('known', openWith({ lease }), spentBoth),
    seen.add('known', openWith({ lease }), spentOther),
    seen.add('known', openWith({ lease: { from: 101, until: 200 } }), spentOne),
    seen.add('known', openWith({ lease: { from: 100, until: 201 } }), spentOne),
    seen.add('known', openWith({ lease: { from: 99, until: 200 } }), spentOne),
    seen.add('known', openWith({ lease, claimToken: 'b' }), spentOne),
    seen.add('known', openWith({ lease, fence: { token: 7, exact: true } }), spentOne),
    seen.add('known', openWith({ lease, fence: { token: 8, exact: false } }), spentOne),
    seen.add('known', openWith({ lease, fence: { token: 6, exact: false } }), spentOne),
    seen.add('more known', openWith({ lease }), spentOne),
  ];
  expect(looks).toEqual([true, false, true, false, true, true, true, true, false, true, true]);
  expect(seen.count).toBe(looks.length);
  expect(seen.kept).toBe(looks.filter((isWorthALook) => isWorthALook).length);
});

function openWith(part: Partial<Open>): Open {
  return {
    kind: 'open',
    claimToken: 'a',
    relinquished: false,
    leaseMs: 1,
    retentionMs: 1,
    fingerprint: null,
    attempt: 1,
    policy: 'takeover',
    fence: { token: 7, exact: false },
    lease,
    ...part,
  };
}
