import { StoreFailure } from '../../errors/store-failure.js';
import { PartlySettled } from '../../infrastructure/batching/partly-settled.js';
import { compareIdentities, identityOf, type RecordKey, type StoredRecord } from '../domain/record.js';

/** How one kind of operation is settled. */
export interface Settlement<Item extends RecordKey, Verdict> {
  /**
   * Names a call beyond its record. Items of one record and one name are the same call said twice and share one
   * verdict; without it every item is a call of its own.
   */
  readonly sameCall?: (item: Item) => string;
  /** Of the same call said twice, what one after the other would leave: both get its verdict. Absent: the first. */
  readonly merge?: (first: Item, again: Item) => Item;
  /** Applies items (sorted by primary key, no key twice) in one statement; the verdict of each, undefined where it took no effect. */
  apply(items: readonly Item[]): Promise<readonly (Verdict | undefined)[]>;
  /** What the first round applies instead: it costs less, and may leave alone what `apply` would not. */
  applyFirst?(items: readonly Item[]): Promise<readonly (Verdict | undefined)[]>;
  /** Reads the records that exist, by identity. */
  read(keys: readonly RecordKey[]): Promise<Map<string, StoredRecord>>;
  /** Why an item did not take effect, or `again` if by the record as it stands now it would. */
  explain(record: StoredRecord | undefined, item: Item): Verdict | 'again';
}

/**
 * Rounds beyond the number of items: the first one may be `applyFirst`; each other one is lost only to another replica that
 * changed the same record between our refusal and our look at it.
 */
const SPARE_ROUNDS = 9;

/** One call of a batch, said once or more often. */
interface Call<Item, Verdict> {
  item: Item;
  readonly identity: string;
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
  const calls = toCalls(items, settlement);
  try {
    await settle(calls, settlement);
    return calls.map(verdictOf);
  } catch (error) {
    const settled = new Map(
      calls.flatMap(({ verdict }, index) => (verdict === undefined ? [] : [[index, verdict] as const])),
    );
    if (settled.size === 0) throw error;
    return new PartlySettled(settled, error);
  }
}

/** Round after round, until every call has its verdict. */
async function settle<Item extends RecordKey, Verdict>(
  calls: readonly Call<Item, Verdict>[],
  settlement: Settlement<Item, Verdict>,
): Promise<void> {
  let open: Call<Item, Verdict>[] = [...new Set(calls)];

  for (let round = 0; round <= calls.length + SPARE_ROUNDS; round++) {
    const firsts = firstOfEachRecord(open);
    const applied = await applyIn(
      round,
      settlement,
      firsts.map(({ item }) => item),
    );
    for (const [index, call] of firsts.entries()) call.verdict = applied[index];
    open = open.filter((call) => call.verdict === undefined);
    if (open.length > 0) {
      const records = await settlement.read(firstOfEachRecord(open).map(({ item }) => item));
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
  items: readonly Item[],
): Promise<readonly (Verdict | undefined)[]> {
  return round === 0 && settlement.applyFirst ? settlement.applyFirst(items) : settlement.apply(items);
}

/** One call an item; items that say the same call share one. */
function toCalls<Item extends RecordKey, Verdict>(
  items: readonly Item[],
  settlement: Settlement<Item, Verdict>,
): Call<Item, Verdict>[] {
  const said = new Map<string, Said<Item, Verdict>>();
  return items.map((item) => {
    const call: Call<Item, Verdict> = { item, identity: identityOf(item), verdict: undefined };
    const before = said.get(call.identity);
    if (!before) {
      said.set(call.identity, { first: call, byName: undefined });
      return call;
    }
    return settlement.sameCall ? sharing(before, call, settlement.sameCall, settlement.merge) : call;
  });
}

/** What was said of one record so far. Names are only made for records that are named twice. */
interface Said<Item, Verdict> {
  readonly first: Call<Item, Verdict>;
  byName: Map<string, Call<Item, Verdict>> | undefined;
}

/** The call itself, or the one said before that is the same. */
function sharing<Item, Verdict>(
  said: Said<Item, Verdict>,
  call: Call<Item, Verdict>,
  nameOf: (item: Item) => string,
  merge: ((first: Item, again: Item) => Item) | undefined,
): Call<Item, Verdict> {
  said.byName ??= new Map([[nameOf(said.first.item), said.first]]);
  const name = nameOf(call.item);
  const same = said.byName.get(name);
  if (!same) {
    said.byName.set(name, call);
    return call;
  }
  if (merge) same.item = merge(same.item, call.item);
  return same;
}

/** The first call of each record, in primary key order. */
function firstOfEachRecord<Item extends RecordKey, Verdict>(
  calls: readonly Call<Item, Verdict>[],
): Call<Item, Verdict>[] {
  const firsts = new Map<string, Call<Item, Verdict>>();
  for (const call of calls) if (!firsts.has(call.identity)) firsts.set(call.identity, call);
  return [...firsts.values()].sort((one, other) => compareIdentities(one.identity, other.identity));
}

function verdictOf<Item, Verdict>(call: Call<Item, Verdict>): Verdict {
  if (call.verdict === undefined) throw new Error('a batch returned before all of its calls were settled');
  return call.verdict;
}
