import fc from 'fast-check';
import { expect } from 'vitest';
import { leaseEnds, retentionEnds, type ModelKey } from './record-model.js';
import { foretell, spokenAs, type SpokenCall } from './foretell.js';
import type { Event, KeyName } from './calls.js';
import type { RealKeys } from './real-keys.js';

/** What the contract says of the keys so far, and all that was said. fast-check changes it as it goes. */
export interface Model {
  readonly keys: Record<KeyName, ModelKey>;
  readonly said: SpokenCall[];
}

/** An event that is a call, new or said again. */
type SaidEvent = Exclude<Event, { kind: 'leaseEnds' | 'retentionEnds' }>;

/** One event, done to the model and to the service: both have to answer alike, and to leave the same record behind. */
class EventCommand implements fc.AsyncCommand<Model, RealKeys> {
  constructor(
    private readonly event: Event,
    private readonly replica: number,
  ) {}

  check(): boolean {
    return true;
  }

  async run(model: Model, real: RealKeys): Promise<void> {
    const { event } = this;
    if (event.kind === 'leaseEnds') {
      model.keys[event.key] = leaseEnds(model.keys[event.key]);
      await real.endLease(event.key);
    } else if (event.kind === 'retentionEnds') {
      model.keys[event.key] = retentionEnds(model.keys[event.key]);
      await real.endRetention(event.key);
    } else {
      await this.say(event, model, real);
    }
    // From the other replica, so that nothing that this one remembers can hide what is stored.
    for (const [name, { record }] of Object.entries(model.keys)) {
      await real.expectRecord(name as KeyName, record, this.replica + 1);
    }
  }

  toString(): string {
    return `${JSON.stringify(this.event)} on replica ${this.replica}`;
  }

  private async say(event: SaidEvent, model: Model, real: RealKeys): Promise<void> {
    const call = event.kind === 'sayAgain' ? model.said.at(-1 - event.back) : spokenAs(event, model.keys);
    if (!call) return;
    model.said.push(call);
    const expected = foretell(call, model.keys);
    const seen = await real.send(call, this.replica);
    expect(real.inWords(call, seen, expected.answers)).toEqual(expected.answers);
    Object.assign(model.keys, expected.keys);
  }
}

/** An event on the replica of that number. */
export function eventCommand(event: fc.Arbitrary<Event>): fc.Arbitrary<fc.AsyncCommand<Model, RealKeys>> {
  return fc.tuple(event, fc.nat(1)).map(([one, replica]) => new EventCommand(one, replica));
}
