import { formatInstant } from '@convenant/kernel';
import type { AuthorityDeadline } from '@convenant/contracts';

/** What is known of a breach that decides which duties are open; instants in epoch milliseconds UTC. */
export interface DutyFacts {
  readonly state: 'suspected' | 'detected' | 'dismissed' | 'closed';
  /** False while the breach goes on. */
  readonly ended: boolean;
  /** The ledger has learnt of an affected disclosure since the scope was computed. */
  readonly outgrown: boolean;
  /** Null while the controller is not aware. */
  readonly authorityDueAt: number | null;
  readonly risk: 'none' | 'low' | 'high' | null;
  /** When a document was first filed with the authority, by the party itself. */
  readonly filedAt: number | null;
  readonly delayJustified: boolean;
  /** The persons were told, or a coded exemption was recorded. */
  readonly subjectsSettled: boolean;
  readonly notices: readonly { readonly id: string; readonly acknowledged: boolean; readonly escalated: boolean }[];
  readonly openConsultations: readonly string[];
}

/**
 * How the 72 hours stand. A breach that is unlikely to result in a risk need not be notified; until it has been assessed the
 * hours run.
 *
 * @see GDPR Art. 33(1)
 */
export function authorityDeadline(facts: DutyFacts, now: number): AuthorityDeadline {
  const { state, authorityDueAt: due, risk, filedAt, delayJustified } = facts;
  if (state === 'dismissed') return { state: 'dismissed', delayJustificationNeeded: false };
  if (due === null) return { state: 'notRunning', delayJustificationNeeded: false };
  const dueAt = formatInstant(due);
  if (filedAt !== null) {
    const late = filedAt > due;
    return { state: late ? 'filedLate' : 'filed', dueAt, delayJustificationNeeded: late && !delayJustified };
  }
  if (risk === 'none') return { state: 'notRequired', dueAt, delayJustificationNeeded: false };
  if (now > due) return { state: 'overdue', dueAt, delayJustificationNeeded: !delayJustified };
  return {
    state: 'running',
    dueAt,
    remainingSeconds: Math.floor((due - now) / 1000),
    delayJustificationNeeded: false,
  };
}

/**
 * What must still be done before the breach can be closed. A counterparty that never answers does not keep it open for ever:
 * an escalated notice has been taken up by people.
 *
 * @see GDPR Art. 33, 34
 */
export function waitsFor(facts: DutyFacts, now: number): string[] {
  if (facts.state === 'dismissed' || facts.state === 'closed') return [];
  const open: string[] = [];
  if (facts.state === 'suspected') open.push('awareness');
  if (!facts.ended) open.push('end');
  if (facts.outgrown) open.push('scope');
  if (facts.risk === null) open.push('assessment');
  if (facts.risk !== null && facts.risk !== 'none' && facts.filedAt === null) open.push('authorityFiling');
  if (authorityDeadline(facts, now).delayJustificationNeeded) open.push('delayJustification');
  if (facts.risk === 'high' && !facts.subjectsSettled) open.push('subjectInformation');
  for (const { id, acknowledged, escalated } of facts.notices) {
    if (!acknowledged && !escalated) open.push(`acknowledgement:${id}`);
  }
  return [...open, ...facts.openConsultations.map((id) => `consultation:${id}`)];
}
