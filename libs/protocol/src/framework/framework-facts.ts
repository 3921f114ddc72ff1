import { termEnd } from '../deadlines/term-end.js';
import { applyDecisions } from '../model/apply-decisions.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import type { ProtocolState } from '../lifecycle/protocol-state.js';

/** The framework protocol that an accession names, as far as the accession hangs on it. */
export interface FrameworkFacts {
  readonly standing: 'inForce' | 'suspended' | 'ended';
  /** The effective model of the version that was activated last. */
  readonly model: ProtocolModel;
  /** Epoch milliseconds: no accession binds before. */
  readonly effectiveFrom: number;
  /** The end that is known and lies ahead, where there is one; a fixed term counts only once it is over. */
  readonly endsAt: number | null;
}

/**
 * What accessions are judged against, or null for anything that cannot be acceded to: another kind of protocol, or a
 * framework that was never agreed.
 *
 * @param now epoch milliseconds; a term that is over by then has ended the framework
 */
export function frameworkFacts(state: ProtocolState, now: number): FrameworkFacts | null {
  const { current } = state;
  if (current === null) return null;
  const { model } = applyDecisions(current.model, current.decisions);
  if (model.kind !== 'framework') return null;
  const term = termEnd(model);
  const over = state.ended !== null || (term !== null && term <= now) || (state.scheduled?.endsAt ?? Infinity) <= now;
  return {
    standing: over ? 'ended' : state.suspension !== null ? 'suspended' : 'inForce',
    model,
    effectiveFrom: current.effectiveFrom,
    endsAt: state.scheduled?.endsAt ?? null,
  };
}
