/** What really happened, kept outside the service: the witness of every effect. */
export class Ledger {
  private readonly effects = new Map<string, number>();

  /** An effect that cannot be taken back. */
  happen(key: string): void {
    this.effects.set(key, this.count(key) + 1);
  }

  count(key: string): number {
    return this.effects.get(key) ?? 0;
  }

  /** The keys whose effect happened more than once. */
  get twice(): string[] {
    return [...this.effects].filter(([, count]) => count > 1).map(([key]) => key);
  }
}
