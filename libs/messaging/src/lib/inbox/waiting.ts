import { setTimeout as delay } from 'node:timers/promises';
import type { BatchControl } from '../bus/bus.js';

const HEARTBEAT_CHECK_MS = 500;
const GLANCE_MS = 100;

/** Whether this member still belongs to the group. */
export interface Membership {
  readonly lost: boolean;
  /** @throws the error with which the coordinator refused the heartbeat */
  assertHeld(): void;
}

/** Runs `work` while heartbeats go on: a long transaction or a wait for the database does not cost the membership. */
export async function withHeartbeats<T>(
  control: BatchControl,
  work: (membership: Membership) => Promise<T>,
): Promise<T> {
  let refusal: unknown;
  const membership: Membership = {
    get lost() {
      return refusal !== undefined;
    },
    assertHeld() {
      if (refusal !== undefined) throw refusal;
    },
  };
  const timer = setInterval(() => {
    control.heartbeat().catch((error: unknown) => (refusal ??= error));
  }, HEARTBEAT_CHECK_MS);
  try {
    return await work(membership);
  } finally {
    clearInterval(timer);
  }
}

/** Waits, at most until `interrupted` says so. */
export async function interruptibleDelay(milliseconds: number, interrupted: () => boolean): Promise<void> {
  const until = performance.now() + milliseconds;
  while (!interrupted()) {
    const left = until - performance.now();
    if (left <= 0) return;
    await delay(Math.min(left, GLANCE_MS));
  }
}
