import type { BreachScope } from '@convenant/contracts';
import type { Statement } from './database.js';

/** Summary of the latest phase, as it was said in `breach.scope.computed`. */
export interface ScopeSummary {
  readonly counts: { readonly disclosures: number; readonly persons: number; readonly items: number };
  readonly items: string[];
  readonly protocols: string[];
  readonly counterparties: string[];
  readonly unreadable: number;
  readonly computedAt: string;
}

export interface Assessment {
  readonly risk: 'none' | 'low' | 'high';
  readonly consequences: string[];
  readonly measuresTaken: string[];
  readonly measuresProposed: string[];
  readonly assessedAt: string;
}

export interface BreachRow {
  readonly id: string;
  readonly party_id: string;
  readonly state: 'suspected' | 'detected' | 'dismissed' | 'closed';
  readonly nature: ('confidentiality' | 'integrity' | 'availability')[];
  readonly occurred_from: Date;
  readonly occurred_to: Date | null;
  readonly detected_at: Date;
  readonly processor_informed_at: Date | null;
  readonly aware_at: Date | null;
  readonly aware_basis: 'ownFinding' | 'investigation' | 'processorInformed' | 'toldByOther' | null;
  readonly authority_due_at: Date | null;
  readonly reported_at: Date;
  readonly criteria: BreachScope;
  readonly phase: number;
  readonly scope: ScopeSummary;
  readonly assessment: Assessment | null;
  readonly delay: { readonly reason: string; readonly reasons: string; readonly justifiedAt: string } | null;
  readonly dismissal: { readonly reason: string; readonly dismissedAt: string } | null;
  readonly closing: { readonly effects: string[]; readonly remedialAction: string[]; readonly closedAt: string } | null;
}

export const insertBreach = (breach: {
  id: string;
  party: string;
  nature: readonly string[];
  occurredFrom: string;
  occurredTo: string | null;
  detectedAt: string;
  processorInformedAt: string | null;
  reportedAt: string;
  reportedBy: string;
  criteria: BreachScope;
}): Statement => ({
  name: 'breach_insert',
  text: `INSERT INTO breach (id, party_id, state, nature, occurred_from, occurred_to, detected_at, processor_informed_at,
                             reported_at, reported_by, criteria, phase, scope)
         VALUES ($1, $2, 'suspected', $3, $4, $5, $6, $7, $8, $9, $10, 1, '{}')`,
  values: [
    breach.id,
    breach.party,
    breach.nature,
    breach.occurredFrom,
    breach.occurredTo,
    breach.detectedAt,
    breach.processorInformedAt,
    breach.reportedAt,
    breach.reportedBy,
    JSON.stringify(breach.criteria),
  ],
});

/** The row, only for the party that it belongs to. */
export const selectBreach = (id: string, party: string): Statement => ({
  name: 'breach_select',
  text: 'SELECT * FROM breach WHERE id = $1 AND party_id = $2',
  values: [id, party],
});

export const selectBreaches = (party: string, after: string | null, limit: number): Statement => ({
  name: 'breach_select_page',
  text: 'SELECT * FROM breach WHERE party_id = $1 AND ($2::uuid IS NULL OR id > $2) ORDER BY id LIMIT $3',
  values: [party, after, limit],
});

export const setAware = (id: string, awareAt: string, basis: string, decidedBy: string, dueAt: string): Statement => ({
  name: 'breach_set_aware',
  text: `UPDATE breach SET state = 'detected', aware_at = $2, aware_basis = $3, aware_decided_by = $4,
                authority_due_at = $5 WHERE id = $1`,
  values: [id, awareAt, basis, decidedBy, dueAt],
});

/** The next phase begins: what its scope is computed from. */
export const startPhase = (id: string, phase: number, criteria: BreachScope, occurredTo: string | null): Statement => ({
  name: 'breach_start_phase',
  text: 'UPDATE breach SET phase = $2, criteria = $3, occurred_to = $4 WHERE id = $1',
  values: [id, phase, JSON.stringify(criteria), occurredTo],
});

export const setScope = (id: string, scope: ScopeSummary): Statement => ({
  name: 'breach_set_scope',
  text: 'UPDATE breach SET scope = $2 WHERE id = $1',
  values: [id, JSON.stringify(scope)],
});

export const setAssessment = (id: string, assessment: Assessment): Statement => ({
  name: 'breach_set_assessment',
  text: 'UPDATE breach SET assessment = $2 WHERE id = $1',
  values: [id, JSON.stringify(assessment)],
});

export const setDelay = (id: string, delay: NonNullable<BreachRow['delay']>): Statement => ({
  name: 'breach_set_delay',
  text: 'UPDATE breach SET delay = $2 WHERE id = $1',
  values: [id, JSON.stringify(delay)],
});

export const setDismissed = (id: string, dismissal: NonNullable<BreachRow['dismissal']>): Statement => ({
  name: 'breach_set_dismissed',
  text: `UPDATE breach SET state = 'dismissed', dismissal = $2 WHERE id = $1`,
  values: [id, JSON.stringify(dismissal)],
});

export const setClosed = (id: string, closing: NonNullable<BreachRow['closing']>): Statement => ({
  name: 'breach_set_closed',
  text: `UPDATE breach SET state = 'closed', closing = $2 WHERE id = $1`,
  values: [id, JSON.stringify(closing)],
});
