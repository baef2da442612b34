import type { Call } from '../history/call.js';
import type { Instant } from './state.js';

/** Clocks that go at slightly different paces, and roundings, within the lives of leases and retentions of a run. */
const SLACK_MICROS = 5_000;

/** The instant that lies `ms` after the service's reading of the clock during the call. */
export function after(call: Call, ms: number): Instant {
  return { from: call.begin + ms * 1000, until: call.end + ms * 1000 };
}

/** The later of two. */
export function later(one: Instant, other: Instant): Instant {
  return { from: Math.max(one.from, other.from), until: Math.max(one.until, other.until) };
}

/** The earlier of two. */
export function earlier(one: Instant, other: Instant): Instant {
  return { from: Math.min(one.from, other.from), until: Math.min(one.until, other.until) };
}

/** Whether the call may have found that the instant had come. */
export function mayBeOver(instant: Instant, call: Call): boolean {
  return call.end + SLACK_MICROS >= instant.from;
}

/** Whether the call may have found that the instant was still to come. */
export function mayBeLive(instant: Instant, call: Call): boolean {
  return call.begin - SLACK_MICROS <= instant.until;
}
