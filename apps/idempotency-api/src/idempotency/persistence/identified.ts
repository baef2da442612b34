/** A call, with the identity of its record, which is put together once for all that a batch does with it. */
export interface Identified<Item> {
  readonly identity: string;
  readonly item: Item;
}
