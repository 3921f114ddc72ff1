import type { RetentionStatus } from '@convenant/protocol';

/** A clock as it was last looked at. Instants in epoch milliseconds UTC. */
export interface ClockState {
  /** What the rules said; null for a clock that has not started. */
  readonly status: RetentionStatus | null;
  readonly due: boolean;
  /** The ceiling of which the data protection officer was alerted. */
  readonly alertedCeiling: number | null;
}

/** What a look at a clock brought about, in order. */
export type ClockHappening = 'started' | 'restarted' | 'overdue' | 'due';

export interface ClockLook {
  readonly state: ClockState;
  readonly happened: readonly ClockHappening[];
  /** When time alone changes something next; null when only a trigger or a decision can. */
  readonly nextLookAt: number | null;
}

/**
 * What follows for a clock from what the rules say now. Pure; looking twice at the same instant brings nothing about.
 *
 * A clock that is due stays so until the rules name another date (a file that is opened again), and falls due anew when a
 * missing decision has been taken. The ceiling alerts once and erases nothing.
 *
 * @see GDPR Art. 5(1)(e)
 */
export function lookAtClock(before: ClockState, status: RetentionStatus, now: number): ClockLook {
  const happened: ClockHappening[] = [];
  const changed = before.status === null || !sameStatus(before.status, status);
  if (changed) happened.push(before.status === null ? 'started' : 'restarted');

  const awaits = status.dueAt === null && status.gap !== 'onDeclined' ? status.ceilingAt : null;
  const alert = awaits !== null && awaits <= now && before.alertedCeiling !== awaits;
  if (alert) happened.push('overdue');

  const due = status.dueAt !== null && status.dueAt <= now;
  if (due && (changed || !before.due)) happened.push('due');

  const alertedCeiling = awaits !== null && (alert || before.alertedCeiling === awaits) ? awaits : null;
  const nextLookAt = due ? null : (status.dueAt ?? (alertedCeiling === null ? awaits : null));
  return { state: { status, due, alertedCeiling }, happened, nextLookAt };
}

function sameStatus(a: RetentionStatus, b: RetentionStatus): boolean {
  return (
    a.rule === b.rule && a.clause === b.clause && a.dueAt === b.dueAt && a.ceilingAt === b.ceilingAt && a.gap === b.gap
  );
}
