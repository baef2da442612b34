import { QueueFull } from '../../errors/queue-full.js';
import { StoreFailure } from '../../errors/store-failure.js';
import type { Span, Tracing } from '../tracing/tracing.js';
import { afterTicks } from '../event-loop/after-ticks.js';
import { endOfTurn } from '../event-loop/end-of-turn.js';
import { outside } from '../event-loop/outside.js';
import { Lane } from './lane.js';
import { laneOf } from './lane-of.js';
import { hasLostARace, retryLostRaces } from './lost-races.js';
import { PartlySettled } from './partly-settled.js';
import { RoundTrip } from './round-trip.js';

/** What a batch was, for the metrics. */
export interface BatchReport {
  readonly operation: string;
  readonly size: number;
  /** Milliseconds that the batch's oldest item waited before it was sent. */
  readonly queuedMs: number;
}

export interface BatcherOptions<Item, Result> {
  readonly operation: string;
  /**
   * Items of one lane go in order, and one batch after the other unless a whole one waits, the database is far away, or the one on its
   * way is late.
   */
  readonly lanes: number;
  /** Batches of one lane that may be on their way at once, however far away the database is or late they are. */
  readonly maxAtOnce: number;
  /** A batch is late when it has been out for so many milliseconds longer than expected; `LATE_MS` if nothing is said. */
  readonly lateMs?: number;
  readonly maxBatchSize: number;
  /** Items that may wait, over all lanes. */
  readonly maxQueued: number;
  /**
   * From so many waiting items on, the next statement is sent before the callers of the last one are answered, so that the database
   * does not wait for that; from `LONG_QUEUE` on if nothing is said. Below, answering first pays: callers that come again make
   * the next statement larger, each statement has costs of its own, and the database does not want a core while callers are woken
   * (docs/performance.md).
   */
  readonly sendFirstFrom?: number;
  /** Names the item's record. */
  recordOf(item: Item): string;
  /** Something short that all items of one record have in common, and few others: those are never in two batches at once. */
  affinity(item: Item): string;
  /**
   * One result an item, in order. `PartlySettled` where a statement failed after others had taken effect; throws
   * `StoreFailure` where none had.
   */
  run(items: readonly Item[]): Promise<Result[] | PartlySettled<Result>>;
  onBatch?(report: BatchReport): void;
  /** A call was refused with `QueueFull`. */
  onShed?(operation: string): void;
  readonly tracing?: Tracing | undefined;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly since: number;
  readonly span: Span | undefined;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
}

/** So many waiting items are several statements' worth: callers who send many in one call, or very many callers. */
const LONG_QUEUE = 100;

/** A statement has costs as of two dozen items (docs/performance.md), so that it is not made smaller than this. */
const WORTH_A_STATEMENT = 16;

/**
 * What holds a statement up for longer (another process on its core, a page that is not in memory, a row's lock) takes several
 * milliseconds more, in which a dozen calls come each: another statement pays, though each has costs of its own (docs/performance.md).
 */
const LATE_MS = 2;

/**
 * A batch that fails sooner met a broken connection, and the next one is worth sending. One that fails later met a
 * silent store: after that, another statement's timeout would keep callers beyond the two seconds promised to them.
 */
export const SILENCE_MS = 300;

/**
 * Natural batching: while a statement is on its way, or several to a database far away, arrivals queue, and the next statement
 * carries them; it leaves beside one that is late. An idle lane sends at the end of the turn: nothing is ever held back by a timer.
 * Lanes split items by affinity, and of one lane nothing leaves beside what it may have a record in common with, so that one record is
 * only ever in one statement of ours and keeps the order of its calls.
 */
export class Batcher<Item, Result> {
  private readonly lanes: Lane<Waiting<Item, Result>>[];
  private queued = 0;
  /** One for all: under overload, taking down a stack for each refused call would cost more than refusing it. */
  private readonly queueFull: QueueFull;
  private readonly sendFirstFrom: number;
  private readonly lateMs: number;
  private readonly roundTrip = new RoundTrip();

  constructor(private readonly options: BatcherOptions<Item, Result>) {
    this.queueFull = new QueueFull(`${options.operation}: the queue is full`);
    this.sendFirstFrom = options.sendFirstFrom ?? LONG_QUEUE;
    this.lateMs = options.lateMs ?? LATE_MS;
    const whole = options.maxBatchSize;
    this.lanes = Array.from(
      { length: options.lanes },
      () =>
        new Lane({
          whole,
          atOnce: () => Math.min(this.roundTrip.worthAtOnce, options.maxAtOnce),
          most: options.maxAtOnce,
          isLate: (items, afterMs) => afterMs > this.roundTrip.expectedMs(items) + this.lateMs,
          affinityOf: ({ item }) => options.affinity(item),
        }),
    );
  }

  /** Items that wait to be sent. */
  get depth(): number {
    return this.queued;
  }

  /** The item's result. Throws `QueueFull`, or `StoreFailure` with the batch that carried it. */
  submit(item: Item): Promise<Result> {
    const lane =
      this.lanes[this.lanes.length === 1 ? 0 : laneOf(this.options.affinity(item), this.lanes.length)];
    if (!lane || this.queued >= this.options.maxQueued) {
      this.options.onShed?.(this.options.operation);
      return Promise.reject(this.queueFull);
    }
    const span = this.options.tracing?.current();
    return new Promise((resolve, reject) => {
      lane.push({ item, since: performance.now(), span, resolve, reject });
      this.queued++;
      if (lane.needsDrain) void this.drain(lane);
      else this.watch(lane);
    });
  }

  /** Who waits while nobody else comes is not to wait for a statement that is late: this looks again and again. */
  private watch(lane: Lane<Waiting<Item, Result>>): void {
    if (lane.isWatched) return;
    lane.isWatched = true;
    const look = (): void => {
      lane.isWatched = false;
      if (lane.length === 0) return;
      if (lane.needsDrain) void this.drain(lane);
      else this.watch(lane);
    };
    outside(setTimeout, look, this.lateMs).unref();
  }

  private async drain(lane: Lane<Waiting<Item, Result>>): Promise<void> {
    lane.drains++;
    // Items that arrive in this turn of the event loop travel together. The first one by itself would leave all that follow
    // it in the turn for the next statement, and a busy service would swing between statements of one call and of all.
    await endOfTurn();
    let answer = nothingToAnswer;
    // Who waits by now came together, as after a stall, and would come again together: only half of them leave at once. Of many,
    // who come in calls of many, as many as a statement takes.
    let size = lane.length < LONG_QUEUE ? 0 : lane.length;
    for (;;) {
      const sendsFirst = lane.length >= this.sendFirstFrom;
      if (!sendsFirst && answer !== nothingToAnswer) {
        answer();
        answer = nothingToAnswer;
        // Their answers are written first: a statement that leaves before wakes the database when callers are woken too.
        await afterTicks();
        if (lane.length < this.shareOf(lane.length, size)) await endOfTurn();
      }
      // Whoever else takes items from this lane may have been here meanwhile.
      const share = this.shareOf(lane.length, size);
      if (!lane.mayLeave(share)) break;
      const batch = lane.leave(share);
      size = batch.length;
      this.queued -= size;
      const sent = this.send(batch, lane);
      if (sendsFirst) setImmediate(answer);
      answer = await sent;
      lane.arrive(batch);
    }
    answer();
    lane.drains--;
  }

  /**
   * How many of those who wait the next statement takes at the most, after one of `before`: half of both together, whose callers come
   * again by and by. Were it all of them, whenever many wait, their callers would come again together, and so on: this process
   * would have nothing to do while the database works for them, and the database nothing while they are answered and come again.
   */
  private shareOf(waiting: number, before: number): number {
    const half = Math.ceil((waiting + before) / 2);
    return Math.min(Math.max(half, WORTH_A_STATEMENT), this.options.maxBatchSize);
  }

  /** Runs a batch; what then tells its callers the results. Callers of a batch that failed have been told already. */
  private async send(
    batch: readonly Waiting<Item, Result>[],
    lane: Lane<Waiting<Item, Result>>,
  ): Promise<() => void> {
    this.report(batch);
    const sentAt = performance.now();
    try {
      const outcome = await this.runTraced(batch);
      this.roundTrip.observe(performance.now() - sentAt, batch.length);
      if (outcome instanceof PartlySettled) return await this.goOn(batch, lane, outcome, sentAt);
      return () => {
        for (const [index, result] of outcome.entries()) batch[index]?.resolve(result);
      };
    } catch (error) {
      await this.fail(batch, lane, error, performance.now() - sentAt);
      return nothingToAnswer;
    }
  }

  /**
   * What is settled is answered and never sent again: by now others may have come after it, and it would be refused
   * on account of them. What is known of the rest is what the failure says.
   */
  private async goOn(
    batch: readonly Waiting<Item, Result>[],
    lane: Lane<Waiting<Item, Result>>,
    { settled, failure }: PartlySettled<Result>,
    sentAt: number,
  ): Promise<() => void> {
    for (const [index, result] of settled) batch[index]?.resolve(result);
    const rest = batch.filter((_, index) => !settled.has(index));
    if (hasLostARace(failure)) return this.send(rest, lane);
    await this.fail(rest, lane, failure, performance.now() - sentAt);
    return nothingToAnswer;
  }

  private report(batch: readonly Waiting<Item, Result>[]): void {
    const queuedMs = performance.now() - (batch[0]?.since ?? 0);
    this.options.onBatch?.({ operation: this.options.operation, size: batch.length, queuedMs });
  }

  private runTraced(batch: readonly Waiting<Item, Result>[]): Promise<Result[] | PartlySettled<Result>> {
    const { tracing, operation } = this.options;
    const items = batch.map(({ item }) => item);
    const run = (): Promise<Result[] | PartlySettled<Result>> =>
      retryLostRaces(() => this.options.run(items));
    if (!tracing) return run();
    const spans = batch.map(({ span }) => span);
    return tracing.batch(operation, spans, run);
  }

  private async fail(
    batch: readonly Waiting<Item, Result>[],
    lane: Lane<Waiting<Item, Result>>,
    error: unknown,
    afterMs: number,
  ): Promise<void> {
    const unavailable = error instanceof StoreFailure && error.kind === 'unavailable';
    if (!unavailable && batch.length > 1) {
      await this.sendApart(batch, lane);
      return;
    }
    // Who waits behind a silent store has waited long enough: each would only spend another timeout.
    const behind = unavailable && afterMs > SILENCE_MS ? lane.clear() : [];
    this.queued -= behind.length;
    for (const waiting of [...batch, ...behind]) waiting.reject(error);
  }

  /**
   * One poisoned item, or one whose row a stranger has locked, must neither fail nor delay its neighbours: each record
   * goes by itself, all of them at once; the calls of one record keep their order.
   */
  private async sendApart(
    batch: readonly Waiting<Item, Result>[],
    lane: Lane<Waiting<Item, Result>>,
  ): Promise<void> {
    const records = [...Map.groupBy(batch, ({ item }) => this.options.recordOf(item)).values()];
    if (records.length > 1) {
      await Promise.all(records.map((calls) => this.sendAndAnswer(calls, lane)));
    } else {
      for (const call of batch) await this.sendAndAnswer([call], lane);
    }
  }

  private async sendAndAnswer(
    batch: readonly Waiting<Item, Result>[],
    lane: Lane<Waiting<Item, Result>>,
  ): Promise<void> {
    const answer = await this.send(batch, lane);
    answer();
  }
}

function nothingToAnswer(): void {
  return;
}
