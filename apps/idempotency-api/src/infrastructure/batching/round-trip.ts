/** Statements that one window holds. */
const WINDOW = 64;

/**
 * What each row adds to a statement, in milliseconds: more than PostgreSQL takes for one (docs/performance.md), so that a database at hand
 * never looks far away for the size of its statements.
 */
const ROW_MS = 0.04;

/**
 * Milliseconds of round trip for which another statement is worth sending beside those on their way: what one costs this process and
 * the database together. A database at hand answers sooner, and is given one after the other (docs/performance.md).
 */
const WORTH_ANOTHER_MS = 0.5;

/**
 * How long statements take besides the work on their rows: to the database and back, and until a commit is on the disk.
 *
 * It is the shortest of the last 64 to 128 statements: a busy process, a stall, a row's lock only make a statement longer. Zero
 * until 64 have been seen.
 */
export class RoundTrip {
  private inLastWindow = 0;
  private inThisWindow = Number.POSITIVE_INFINITY;
  private seen = 0;

  /** Milliseconds. */
  get ms(): number {
    return Math.min(this.inLastWindow, this.inThisWindow);
  }

  /**
   * Statements that are worth having on their way at once. While one is far out, a call would wait for it first and for its own then:
   * twice as long as it has to. So the farther away the database, the more; each is smaller for that, and has costs of its own.
   */
  get worthAtOnce(): number {
    return 1 + Math.floor(this.ms / WORTH_ANOTHER_MS);
  }

  /** Milliseconds that a statement of so many rows takes at the least, or a little more. */
  expectedMs(rows: number): number {
    return this.ms + rows * ROW_MS;
  }

  /** A statement that carried so many rows was answered after so many milliseconds. */
  observe(ms: number, rows: number): void {
    this.inThisWindow = Math.min(this.inThisWindow, Math.max(0, ms - rows * ROW_MS));
    this.seen++;
    if (this.seen < WINDOW) return;
    this.inLastWindow = this.inThisWindow;
    this.inThisWindow = Number.POSITIVE_INFINITY;
    this.seen = 0;
  }
}
