import type { Fault } from './fault-proxy.js';
import type { Random } from '@infra-services/idempotency-checker';

const mix: readonly { readonly share: number; fault(random: Random): Fault }[] = [
  { share: 0.02, fault: () => ({ kind: 'drop' }) },
  { share: 0.02, fault: () => ({ kind: 'cut' }) },
  { share: 0.03, fault: (random) => ({ kind: 'latency', ms: 1 + random.below(30) }) },
  { share: 0.01, fault: () => ({ kind: 'answer', status: 502, body: '<h1>Bad Gateway</h1>' }) },
  // The most dangerous of all: a success, from something that is not the service.
  { share: 0.01, fault: () => ({ kind: 'answer', status: 200, body: '<h1>Welcome to the hotel</h1>' }) },
  { share: 0.005, fault: () => ({ kind: 'answer', status: 201, body: '{"decision":"execute"}' }) },
  { share: 0.002, fault: () => ({ kind: 'answer', status: 503, headers: { 'Retry-After': '1' } }) },
];

/** One request in ten or so meets a fault. */
export function drawFault(random: Random): Fault | undefined {
  let draw = random.next();
  for (const { share, fault } of mix) {
    draw -= share;
    if (draw < 0) return fault(random);
  }
  return undefined;
}
