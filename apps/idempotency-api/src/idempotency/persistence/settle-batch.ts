import { StoreFailure } from '../../errors/store-failure.js';
import { PartlySettled } from '../../infrastructure/batching/partly-settled.js';
import { compareIdentities, identityOf, type RecordKey, type StoredRecord } from '../domain/record.js';
import type { Identified } from './identified.js';

/** How one kind of operation is settled. */
export interface Settlement<Item extends RecordKey, Verdict> {
  /**
   * Names a call beyond its record. Items of one record and one name are the same call said twice and share one
   * verdict; without it every item is a call of its own.
   */
  readonly sameCall?: (item: Item) => string;
  /** Of the same call said twice, what one after the other would leave: both get its verdict. Absent: the first. */
  readonly merge?: (first: Item, again: Item) => Item;
  /** Applies calls (sorted by primary key, no key twice) in one statement; the verdict of each, undefined where it took no effect. */
  apply(calls: readonly Identified<Item>[]): Promise<readonly (Verdict | undefined)[]>;
  /** What the first round applies instead: it costs less, and may leave alone what `apply` would not. */
  applyFirst?(calls: readonly Identified<Item>[]): Promise<readonly (Verdict | undefined)[]>;
  /** Those of the named records that exist, by identity. */
  read(identities: readonly string[]): Promise<Map<string, StoredRecord>>;
  /** Why an item did not take effect, or `again` if by the record as it stands now it would. */
  explain(record: StoredRecord | undefined, item: Item): Verdict | 'again';
}

/**
 * Rounds beyond the number of items: the first one may be `applyFirst`; each other one is lost only to another replica that
 * changed the same record between our refusal and our look at it.
 */
const SPARE_ROUNDS = 9;

/** One call of a batch. */
interface Call<Item, Verdict> extends Identified<Item> {
  item: Item;
  /** The same call, said before: its verdict is this one's too. */
  sameAs: Call<Item, Verdict> | undefined;
  verdict: Verdict | undefined;
}

/**
 * Settles a batch in rounds of one write and one read. In a round the first unsettled call of each record is
 * applied; every other one is explained from the record as it then stands, once those before it are settled: the second
 * sees the first.
 * Whatever looks applicable goes round again, as only the statement that holds the row's lock may decide that.
 *
 * The read has to be a statement of its own: a row that made a write give way can be newer than that
 * statement's snapshot, and missing from it. Missing never means execute.
 *
 * A round that fails leaves what was settled before it `PartlySettled`. Throws what it failed with if nothing was.
 */
export async function settleBatch<Item extends RecordKey, Verdict>(
  items: readonly Item[],
  settlement: Settlement<Item, Verdict>,
): Promise<Verdict[] | PartlySettled<Verdict>> {
  const calls = items.map(toCall<Item, Verdict>);
  // Stable: calls of one record stay in the order in which they came.
  const inOrder = [...calls].sort((one, other) => compareIdentities(one.identity, other.identity));
  if (settlement.sameCall) joinSameCalls(inOrder, settlement.sameCall, settlement.merge);
  try {
    await settle(
      inOrder.filter(({ sameAs }) => sameAs === undefined),
      settlement,
    );
    return calls.map(settledVerdict);
  } catch (error) {
    const settled = new Map(
      calls.flatMap((call, index) => {
        const verdict = verdictOf(call);
        return verdict === undefined ? [] : [[index, verdict] as const];
      }),
    );
    if (settled.size === 0) throw error;
    return new PartlySettled(settled, error);
  }
}

/** Round after round, until every call has its verdict. Calls come in primary key order. */
async function settle<Item extends RecordKey, Verdict>(
  calls: readonly Call<Item, Verdict>[],
  settlement: Settlement<Item, Verdict>,
): Promise<void> {
  let open = calls;

  for (let round = 0; round <= calls.length + SPARE_ROUNDS; round++) {
    const firsts = firstOfEachRecord(open);
    const applied = await applyIn(round, settlement, firsts);
    for (const [index, call] of firsts.entries()) call.verdict = applied[index];
    open = open.filter((call) => call.verdict === undefined);
    if (open.length > 0) {
      const records = await settlement.read(firstOfEachRecord(open).map(({ identity }) => identity));
      explainInOrder(open, records, settlement);
      open = open.filter((call) => call.verdict === undefined);
    }
    if (open.length === 0) return;
  }
  throw new StoreFailure('contention', null, undefined);
}

/** Nobody is told what is so before the calls of its record that came earlier have had their effect. */
function explainInOrder<Item extends RecordKey, Verdict>(
  open: readonly Call<Item, Verdict>[],
  records: ReadonlyMap<string, StoredRecord>,
  settlement: Settlement<Item, Verdict>,
): void {
  const undecided = new Set<string>();
  for (const call of open) {
    if (undecided.has(call.identity)) continue;
    const verdict = settlement.explain(records.get(call.identity), call.item);
    if (verdict === 'again') undecided.add(call.identity);
    else call.verdict = verdict;
  }
}

function applyIn<Item extends RecordKey, Verdict>(
  round: number,
  settlement: Settlement<Item, Verdict>,
  calls: readonly Identified<Item>[],
): Promise<readonly (Verdict | undefined)[]> {
  return round === 0 && settlement.applyFirst ? settlement.applyFirst(calls) : settlement.apply(calls);
}

function toCall<Item extends RecordKey, Verdict>(item: Item): Call<Item, Verdict> {
  return { item, identity: identityOf(item), sameAs: undefined, verdict: undefined };
}

/** Finds calls that were said before, among calls in primary key order. Only what one record is named twice for gets a name. */
function joinSameCalls<Item, Verdict>(
  inOrder: readonly Call<Item, Verdict>[],
  nameOf: (item: Item) => string,
  merge: ((first: Item, again: Item) => Item) | undefined,
): void {
  let ofRecord: Map<string, Call<Item, Verdict>> | undefined;
  let before: Call<Item, Verdict> | undefined;
  for (const call of inOrder) {
    if (before?.identity === call.identity) {
      ofRecord ??= new Map([[nameOf(before.item), before]]);
      const name = nameOf(call.item);
      const same = ofRecord.get(name);
      if (!same) ofRecord.set(name, call);
      else if (merge) same.item = merge(same.item, call.item);
      call.sameAs = same;
    } else {
      ofRecord = undefined;
    }
    before = call;
  }
}

/** The first call of each record. Calls come in primary key order. */
function firstOfEachRecord<Item, Verdict>(
  calls: readonly Call<Item, Verdict>[],
): readonly Call<Item, Verdict>[] {
  return calls.filter((call, index) => call.identity !== calls[index - 1]?.identity);
}

function verdictOf<Item, Verdict>(call: Call<Item, Verdict>): Verdict | undefined {
  return (call.sameAs ?? call).verdict;
}

function settledVerdict<Item, Verdict>(call: Call<Item, Verdict>): Verdict {
  const verdict = verdictOf(call);
  if (verdict === undefined) throw new Error('a batch returned before all of its calls were settled');
  return verdict;
}
