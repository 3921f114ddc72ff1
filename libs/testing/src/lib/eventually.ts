import { setTimeout as delay } from 'node:timers/promises';

/** `what` is awaited, for the message; it must be so within `deadlineMs` (real time, default 30 s: shared machines stall). */
export interface EventuallyOptions {
  what: string;
  deadlineMs?: number;
}

/**
 * Waits until `check` returns something truthy, and returns that. A check that throws (an `expect` too) counts as not
 * yet; the last such error is the cause of the one thrown when the deadline passes.
 */
export async function eventually<T>(
  check: () => T | Promise<T>,
  { what, deadlineMs = 30_000 }: EventuallyOptions,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + deadlineMs;
  for (let pauseMs = 5; ; pauseMs = Math.min(pauseMs * 1.5, 100)) {
    let cause: unknown;
    try {
      const result = await check();
      if (result) return result;
    } catch (error) {
      cause = error;
    }
    if (performance.now() > deadline) {
      const why = cause instanceof Error ? `: ${cause.message}` : '';
      throw new Error(`Not within ${deadlineMs} ms: ${what}${why}`, { cause });
    }
    await delay(pauseMs);
  }
}
