/** The processes that can be told to die; the Idempotency API is killed from outside, see the demonstration. */
export type CrashingProcess = 'orders' | 'provider' | 'shipping';

interface CrashPointDefinition {
  readonly process: CrashingProcess;
  /** What has just happened, and what has not yet. */
  readonly moment: string;
  /** How the order is settled from there. */
  readonly then: string;
}

/**
 * The one table of places where a process can be killed: one between any two steps. The README shows it, and a test
 * holds the code and the demonstration to it: no point without a `reach`, no point that nothing was killed at.
 */
export const crashPoints = {
  'order-received': {
    process: 'orders',
    moment: 'the order is stored, nothing has begun',
    then: 'recovery finds an open order and begins',
  },
  'order-charging': {
    process: 'orders',
    moment: 'the order is `charging`, its key is not claimed',
    then: 'recovery claims it: attempt 1',
  },
  'claim-granted': {
    process: 'orders',
    moment: 'the key is claimed, the provider knows nothing',
    then: 'outcome unknown after the lease; ledger: no charge; `retry`',
  },
  'fence-raised': {
    process: 'orders',
    moment: 'the fence is raised, the charge is not sent',
    then: 'outcome unknown after the lease; ledger: no charge; `retry`',
  },
  'provider-fence-raised': {
    process: 'provider',
    moment: 'the fence is committed, its answer is lost',
    then: 'nothing was charged: released; the next attempt raises it again',
  },
  'provider-charge-received': {
    process: 'provider',
    moment: 'the charge has arrived, nothing is written',
    then: 'outcome unknown at once; ledger: no charge; `retry`',
  },
  'provider-charge-committed': {
    process: 'provider',
    moment: 'the charge is in the ledger, its answer is lost',
    then: 'outcome unknown at once; ledger: the charge; `completed` with it',
  },
  'charge-answered': {
    process: 'orders',
    moment: 'the card is charged, nobody else knows',
    then: 'outcome unknown after the lease; ledger: the charge; `completed` with it',
  },
  'charge-checkpointed': {
    process: 'orders',
    moment: 'the charge is a checkpoint, not an outcome',
    then: 'outcome unknown after the lease; the checkpoint has the charge; `completed` with it',
  },
  'outcome-not-recorded': {
    process: 'orders',
    moment: 'the Idempotency API went away before it had the outcome',
    then: 'outcome unknown after the lease; the checkpoint has the charge; `completed` with it',
  },
  'outcome-kept': {
    process: 'orders',
    moment: 'as before, and the outcome is kept with the order',
    then: 'recovery completes the same claim',
  },
  'outcome-recorded': {
    process: 'orders',
    moment: 'the outcome is stored, the order is still `charging`',
    then: 'recovery claims: the outcome is replayed',
  },
  'decline-recorded': {
    process: 'orders',
    moment: 'the card was declined, that is the outcome; the order is still `charging`',
    then: 'recovery claims: the refusal is replayed',
  },
  'order-declined': {
    process: 'orders',
    moment: 'the order is `declined`, the customer has no answer',
    then: 'the customer asks again and gets the order',
  },
  'recovery-asked': {
    process: 'orders',
    moment: 'recovery has asked the provider, the outcome is still unknown',
    then: 'the next recovery asks again',
  },
  'recovery-resolved': {
    process: 'orders',
    moment: 'recovery has resolved, nothing is claimed',
    then: 'the next recovery claims: a replay, or the next attempt',
  },
  'order-paid': {
    process: 'orders',
    moment: 'the order is `paid`, shipping does not know',
    then: 'recovery sends the message',
  },
  'parcel-claimed': {
    process: 'shipping',
    moment: 'the parcel’s key is claimed, no parcel is booked',
    then: 'a later delivery takes over after the lease and books it',
  },
  'parcel-booked': {
    process: 'shipping',
    moment: 'the parcel is booked, its outcome is not stored',
    then: 'a later delivery takes over after the lease and finds it booked',
  },
  'mail-deduplicated': {
    process: 'shipping',
    moment: 'the message counts as seen, its mail is not sent',
    then: '**the mail is never sent**: `firstSeen` is at most once',
  },
  'mail-sent': {
    process: 'shipping',
    moment: 'the mail is sent, the delivery is not answered',
    then: 'a later delivery is not first: no second mail',
  },
  'message-delivered': {
    process: 'orders',
    moment: 'shipping has answered, the order is still `paid`',
    then: 'recovery sends the message again; shipping repeats its answer',
  },
  'order-shipped': {
    process: 'orders',
    moment: 'the order is settled, the customer has no answer',
    then: 'the customer asks again and gets the order',
  },
} as const satisfies Record<string, CrashPointDefinition>;

export type CrashPoint = keyof typeof crashPoints;

export const crashPointNames = Object.keys(crashPoints) as CrashPoint[];

export function isCrashPoint(name: string): name is CrashPoint {
  return Object.hasOwn(crashPoints, name);
}
