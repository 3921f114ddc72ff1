import { createRequire } from 'node:module';

interface RequestQueue {
  pending: unknown[];
  throttledUntil: number;
  throttleCheckTimeoutId: NodeJS.Timeout | null;
  checkPendingRequests(): void;
}

const CHECK_EVERY_MS = 10;
let done = false;

/**
 * Stops kafkajs 2.2.4 from re-arming a 1 ms timer per broker connection for ever: its request queue schedules the next check
 * even when nothing waits, with a negative delay. At rest that costs 28 ms of CPU a second in each process, and Node prints a
 * `TimeoutNegativeWarning`. With this a check is scheduled only while requests wait, which is all the queue needs: everything
 * else is sent at once. Replaces one method of the pinned version; a version without it is left alone.
 */
export function quietIdleTimers(): void {
  if (done) return;
  done = true;
  const load = createRequire(import.meta.url);
  const { prototype } = load('kafkajs/src/network/requestQueue') as { prototype: Record<string, unknown> };
  if (typeof prototype['scheduleCheckPendingRequests'] !== 'function') return;
  prototype['scheduleCheckPendingRequests'] = function (this: RequestQueue): void {
    if (this.throttleCheckTimeoutId || this.pending.length === 0) return;
    const wait = Math.max(this.throttledUntil - Date.now(), CHECK_EVERY_MS);
    this.throttleCheckTimeoutId = setTimeout(() => {
      this.throttleCheckTimeoutId = null;
      this.checkPendingRequests();
    }, wait);
  };
}
