import { Random } from '@infra-services/idempotency-checker';

/** Everything that the nemesis does. */
export const faultKinds = [
  'kill caller',
  'pause caller',
  'kill replica',
  'pause replica',
  'kill redis',
  'pause redis',
  'crash postgres',
  'pause postgres',
  'pause standby',
  'promote standby',
  'cut link',
  'delay link',
  'drop link',
  'hold locks',
  'take connections',
  'jump clock',
] as const;
export type FaultKind = (typeof faultKinds)[number];

/** Links of one replica, and the way on them that a fault is about: `up` is away from the caller. */
const links = ['callers', 'postgres', 'redis'] as const;
export type Link = (typeof links)[number];
export type Direction = 'up' | 'down';

/** One fault, and the rest after it; durations in milliseconds. What does not concern its kind is drawn all the same. */
export interface Fault {
  readonly number: number;
  readonly kind: FaultKind;
  /** Which replica, or which process of callers, counted around. */
  readonly target: number;
  readonly link: Link;
  readonly direction: Direction;
  readonly durationMs: number;
  readonly restMs: number;
  readonly delayMs: number;
  readonly hours: 1 | -1;
}

/** Number of the nemesis' source of randomness, apart from those of subjects and callers. */
const SOURCE = 2_000_000_000;

/**
 * The faults of a seed, for ever: rounds in which every kind occurs once, in another order each. Nothing but the seed goes
 * in, so that the same seed breaks the same things in the same order.
 */
export function* planOf(seed: number): Generator<Fault, never> {
  const random = Random.of(seed, SOURCE);
  for (let number = 0; ;) {
    const kinds: FaultKind[] = [...faultKinds];
    while (kinds.length > 0) {
      const kind = random.pick(kinds);
      kinds.splice(kinds.indexOf(kind), 1);
      yield {
        number: (number += 1),
        kind,
        target: random.below(1_000),
        link: random.pick(links),
        direction: random.pick(['up', 'down']),
        // Beyond the short and the middle leases, and beyond the service's patience with its store.
        durationMs: 400 + random.below(2_200),
        restMs: 100 + random.below(500),
        delayMs: 20 + random.below(400),
        hours: random.pick([1, -1]),
      };
    }
  }
}

/** A fault in one line. */
export function describeFault({
  number,
  kind,
  target,
  link,
  direction,
  durationMs,
  delayMs,
  hours,
}: Fault): string {
  const about: Partial<Record<FaultKind, string>> = {
    'cut link': ` ${link}`,
    'delay link': ` ${link} ${direction} by ${delayMs} ms`,
    'drop link': ` ${link} ${direction}`,
    'jump clock': ` by ${hours} h`,
  };
  return `${number}. ${kind}${about[kind] ?? ''} (target ${target}, ${durationMs} ms)`;
}
