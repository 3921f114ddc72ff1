/**
 * How long this replica may act on something, on the monotonic clock. Taken before the database writes the same lease, so
 * it is over here before it is over there, however long the commit takes and whatever happens to the wall clock.
 */
export class Lease {
  private constructor(private readonly endsAt: number) {}

  static lasting(millis: number): Lease {
    return new Lease(performance.now() + millis);
  }

  get remainingMs(): number {
    return Math.max(0, this.endsAt - performance.now());
  }

  get over(): boolean {
    return this.remainingMs === 0;
  }
}
