import type { RetentionRule, TriggerFact } from '@convenant/protocol';

/** What the receiver reports of a client, to be held against what it reported before. */
export interface ReportedTrigger {
  readonly kind: 'contactOutcome' | 'dossierOpened' | 'dossierClosed' | 'dossierReopened';
  readonly outcome: 'accepted' | 'declined' | null;
  /** Epoch milliseconds, UTC. */
  readonly at: number;
}

export interface TriggerFault {
  readonly code: 'INPUT_INVALID' | 'CONFLICT';
  readonly detail: string;
  /** JSON Pointer of the field, of wrong input. */
  readonly field?: string;
  /** The clause of the rule that would have used it. */
  readonly clause?: string;
}

/** Where a client's file stands after what was reported. */
type Stage = 'awaitingContact' | 'declined' | 'accepted' | 'open' | 'closed';

/**
 * Why a report cannot be true beside the earlier ones, or null when it can. A file is opened for a client who wants help,
 * closed when it is open, opened again when it is closed; an outcome may be corrected until there is a file.
 *
 * @param happened in order, the delivery first
 */
export function triggerFault(
  reported: ReportedTrigger,
  happened: readonly TriggerFact[],
  rules: readonly RetentionRule[],
  now: number,
): TriggerFault | null {
  const { kind, outcome, at } = reported;
  if ((kind === 'contactOutcome') !== (outcome !== null)) {
    return { code: 'INPUT_INVALID', detail: 'goes with kind contactOutcome, and only with it', field: '/outcome' };
  }
  if (at > now) return { code: 'INPUT_INVALID', detail: 'must not lie in the future', field: '/occurredAt' };
  const last = happened.at(-1);
  if (last && at < last.at) {
    return { code: 'INPUT_INVALID', detail: 'must not lie before what was reported last', field: '/occurredAt' };
  }
  const rule = ruleWaitingFor(kind, rules);
  if (!rule) return { code: 'CONFLICT', detail: `No rule of the protocol waits for ${kind}` };
  const stage = stageOf(happened);
  const why = impossible[kind](stage);
  return why === null ? null : { code: 'CONFLICT', detail: why, clause: rule.clause };
}

const impossible: Record<ReportedTrigger['kind'], (stage: Stage) => string | null> = {
  contactOutcome: (stage) =>
    stage === 'open' || stage === 'closed' ? 'There is a file: the contact has had its outcome' : null,
  dossierOpened: (stage) => {
    if (stage === 'accepted') return null;
    return stage === 'open' || stage === 'closed'
      ? 'The file was opened before; a closed one is reopened'
      : 'No contact is on record in which the client accepted help';
  },
  dossierClosed: (stage) => (stage === 'open' ? null : 'There is no open file to close'),
  dossierReopened: (stage) => (stage === 'closed' ? null : 'There is no closed file to open again'),
};

function stageOf(happened: readonly TriggerFact[]): Stage {
  let stage: Stage = 'awaitingContact';
  for (const { trigger, wanted } of happened) {
    if (trigger === 'contactOutcome') stage = wanted ? 'accepted' : 'declined';
    if (trigger === 'dossierOpened' || trigger === 'dossierReopened') stage = 'open';
    if (trigger === 'dossierClosed') stage = 'closed';
  }
  return stage;
}

/** The rule whose clock a trigger moves: opening and reopening belong to the rule that counts from the closing. */
function ruleWaitingFor(kind: ReportedTrigger['kind'], rules: readonly RetentionRule[]): RetentionRule | undefined {
  const related = kind === 'contactOutcome' ? [kind] : (['dossierOpened', 'dossierClosed', 'dossierReopened'] as const);
  return rules.find(({ from, until }) => related.some((trigger) => trigger === until || trigger === from));
}

/** Why values are due, as evidence says it. */
export function dueReason(happened: readonly TriggerFact[]): 'declined' | 'period-over' {
  return happened.findLast(({ trigger }) => trigger === 'contactOutcome')?.wanted === false
    ? 'declined'
    : 'period-over';
}
