import { setTimeout as delay } from 'node:timers/promises';

/** Waits for `work`, at most so many milliseconds of real time; what it does later, or how it fails, interests nobody any more. */
export async function within(milliseconds: number, work: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  const ended = work.then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([ended, delay(milliseconds, undefined, { signal: patience.signal }).catch(() => undefined)]);
  patience.abort();
}
