import { addPeriod } from '@convenant/kernel';
import type { RetentionRule, RetentionTrigger } from '../model/duties.schema.js';

/** Something that happened to the values of one disclosure, in the order in which it happened. */
export interface TriggerFact {
  readonly trigger: RetentionTrigger;
  /** Epoch milliseconds, UTC. */
  readonly at: number;
  /** For `contactOutcome`: does the person want further help. */
  readonly wanted?: boolean;
}

export interface RetentionStatus {
  /** The rule that governs now; null where the protocol has none. */
  readonly rule: string | null;
  readonly clause: string | null;
  /** When the values must be erased; null while no date follows from what happened. */
  readonly dueAt: number | null;
  /** When the DPO is alerted because the awaited trigger did not come; null where no ceiling is set. */
  readonly ceilingAt: number | null;
  /** A decision of the party without which the values may not be destroyed, or no date can be computed. */
  readonly gap: 'period' | 'onDeclined' | 'destructionBasis' | null;
}

/**
 * Until when values are kept, from the rules of the protocol and what happened. Pure; periods by the calendar of Brussels.
 *
 * A person who declines exhausts the purpose: due at once where the parties decided so, never by our own guess. A reopened
 * file is kept until it closes again. A term that leans on archive rules gives no leave to destroy: without a destruction
 * basis the date stands, with a gap beside it.
 *
 * @see GDPR Art. 5(1)(e)
 */
export function retentionStatus(rules: readonly RetentionRule[], happened: readonly TriggerFact[]): RetentionStatus {
  const outcome = happened.findLast(({ trigger }) => trigger === 'contactOutcome');
  if (outcome?.wanted === false) {
    const rule = rules.find(({ until }) => until === 'contactOutcome');
    if (rule) return declined(rule, outcome.at, happened);
  }
  const byPhase = [...rules].sort((a, b) => b.phase - a.phase);
  const running = byPhase.find((rule) => startOf(rule, happened) !== null && !isOver(rule, happened));
  if (running) return runs(running, startOf(running, happened)!);
  // The phase before is over and the next has not started its clock: an open file is kept.
  const next = byPhase.findLast((rule) => startOf(rule, happened) === null);
  return next ? status(next, null, null) : { rule: null, clause: null, dueAt: null, ceilingAt: null, gap: null };
}

function declined(rule: RetentionRule, at: number, happened: readonly TriggerFact[]): RetentionStatus {
  const ceilingAt = ceilingOf(rule, startOf(rule, happened));
  if (rule.onDeclined === null) return { ...status(rule, null, ceilingAt), gap: 'onDeclined' };
  return status(rule, rule.onDeclined === 'erase' ? at : ceilingAt, ceilingAt);
}

function runs(rule: RetentionRule, from: number): RetentionStatus {
  const ceilingAt = ceilingOf(rule, from);
  if (rule.period !== null) return status(rule, addPeriod(from, rule.period), ceilingAt);
  return rule.until === null ? { ...status(rule, null, ceilingAt), gap: 'period' } : status(rule, null, ceilingAt);
}

function status(rule: RetentionRule, dueAt: number | null, ceilingAt: number | null): RetentionStatus {
  const gap = rule.basis !== null && rule.destructionBasis === null ? 'destructionBasis' : null;
  return { rule: rule.id, clause: rule.clause, dueAt, ceilingAt, gap };
}

function ceilingOf(rule: RetentionRule, from: number | null): number | null {
  return rule.ceiling === null || from === null ? null : addPeriod(from, rule.ceiling);
}

/** When the rule's clock started: the last time its trigger came, unless that was undone by reopening. */
function startOf(rule: RetentionRule, happened: readonly TriggerFact[]): number | null {
  const start = happened.findLastIndex(({ trigger }) => trigger === rule.from);
  if (start < 0) return null;
  const reopened =
    rule.from === 'dossierClosed' && happened.slice(start).some(({ trigger }) => trigger === 'dossierReopened');
  return reopened ? null : happened[start]!.at;
}

function isOver(rule: RetentionRule, happened: readonly TriggerFact[]): boolean {
  return rule.until !== null && happened.some(({ trigger }) => trigger === rule.until);
}
