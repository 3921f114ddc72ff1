/**
 * The legal time: when something happened, whether a protocol is in force, when a deadline falls.
 *
 * Only `Clock` is moved by tests and by the sandbox's time machine. Tokens, leases, timeouts and the broker use real
 * time and never ask it.
 */
export interface Clock {
  /** Epoch milliseconds, UTC. */
  now(): number;
}

/** The machine's own time. */
export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still until it is moved; for tests. */
export class FixedClock implements Clock {
  constructor(private millis: number) {}

  static at(instant: string): FixedClock {
    return new FixedClock(parseInstant(instant));
  }

  now(): number {
    return this.millis;
  }

  set(instant: string): void {
    this.millis = parseInstant(instant);
  }

  advance(millis: number): void {
    this.millis += millis;
  }
}

/** Epoch milliseconds of an RFC 3339 instant with an offset, for example `2026-03-01T00:00:00Z`. */
export function parseInstant(instant: string): number {
  const millis = /(Z|[+-]\d{2}:\d{2})$/.test(instant) ? Date.parse(instant) : Number.NaN;
  if (Number.isNaN(millis)) throw new RangeError(`${instant} is not an instant with an offset (2026-03-01T00:00:00Z)`);
  return millis;
}

/** RFC 3339 in UTC with milliseconds. */
export function formatInstant(millis: number): string {
  return new Date(millis).toISOString();
}
