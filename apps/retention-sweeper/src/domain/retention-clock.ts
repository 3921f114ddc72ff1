import type { RetentionRule, RetentionStatus } from '@convenant/protocol';

/** Why values are due before their term: the person asked for it, and it was granted. */
export const BY_RIGHT = 'erasure-right';

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

/**
 * The status of a clock whose values go by right of the person: due since the grant, whatever the rules say, and no decision of
 * the party is missing for it. It quotes the rule that it cuts short.
 *
 * @see GDPR Art. 17(1)
 */
export function dueByRight(
  status: RetentionStatus,
  rules: readonly RetentionRule[],
  grantedAt: number,
): RetentionStatus {
  const { rule, clause } = status.rule === null ? { rule: rules[0]!.id, clause: rules[0]!.clause } : status;
  return { ...status, rule, clause, dueAt: grantedAt, ceilingAt: null, gap: null };
}

function sameStatus(a: RetentionStatus, b: RetentionStatus): boolean {
  return (
    a.rule === b.rule && a.clause === b.clause && a.dueAt === b.dueAt && a.ceilingAt === b.ceilingAt && a.gap === b.gap
  );
}
