/** What became of a batch of which some items were settled before a statement about the others failed. */
export class PartlySettled<Result> {
  constructor(
    /** By the item's place in the batch. They stand, whatever becomes of the others. */
    readonly settled: ReadonlyMap<number, Result>,
    /** Why the others have no result: a `StoreFailure`, or a defect of ours. */
    readonly failure: unknown,
  ) {}
}
