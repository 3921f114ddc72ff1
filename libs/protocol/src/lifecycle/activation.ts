import { dateOf, startOfDay } from '@convenant/kernel';
import { applyDecisions, undecidedPoints } from '../model/apply-decisions.js';
import { accessionFindings } from '../framework/accession-findings.js';
import type { FrameworkFacts } from '../framework/framework-facts.js';
import { partyRoles } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { validateProtocol } from '../validate/validate-protocol.js';
import type { ProtocolEvent } from './protocol-events.js';
import { missingSignatures, type VersionState } from './protocol-state.js';

/**
 * The conditions for activation that a version does not meet yet, as stable words; empty when it can be activated.
 *
 * @param now epoch milliseconds; the rule set in force on that day judges
 * @param framework of an accession: the framework it names, or null when there is none
 */
export function activationWaitsFor(
  version: VersionState,
  now: number,
  framework: FrameworkFacts | null = null,
): string[] {
  const effective = applyDecisions(version.model, version.decisions);
  const waits: string[] = [];
  for (const party of partyRoles) {
    const opinion = version.opinions[party];
    if (!opinion) waits.push(`opinion:${party}`);
    else if (!opinion.approvesTranscription) waits.push(`transcriptionApproval:${party}`);
  }
  for (const signatory of missingSignatures(version)) waits.push(`signature:${signatory}`);
  for (const point of undecidedPoints(effective)) waits.push(`openPoint:${point.id}`);
  for (const finding of validateProtocol(version.model, { onDate: dateOf(now), decisions: version.decisions })) {
    if (finding.severity === 'error') waits.push(`finding:${finding.code}`);
  }
  for (const { code, severity } of accessionFindings(effective.model, framework)) {
    // A suspended framework is no fault of the text, and yet it is not in force.
    if (severity === 'error' || code === 'FRAMEWORK_SUSPENDED') waits.push(`finding:${code}`);
  }
  return waits;
}

/** The activation of a version whose conditions are all met; of an accession never before its framework. */
export function activation(version: VersionState, framework: FrameworkFacts | null): ProtocolEvent {
  const { model, filled } = applyDecisions(version.model, version.decisions);
  const { kind, clause } = model.entryIntoForce;
  const from = Math.max(effectiveFrom(version, model), framework?.effectiveFrom ?? 0);
  const trigger = kind === 'date' ? 'date' : 'lastSignature';
  return {
    type: 'protocol.activated',
    data: { version: version.version, effectiveFrom: from, trigger, model, filled, clause },
  };
}

/** Never before the last signature: an agreement does not bind backwards, whatever date it names. */
function effectiveFrom(version: VersionState, model: ProtocolModel): number {
  const lastSigned = version.signatures.map(({ signedOn }) => signedOn).reduce((last, on) => (on > last ? on : last));
  const agreed = model.entryIntoForce.kind === 'date' ? model.entryIntoForce.on : model.signature.on;
  return startOfDay(agreed !== null && agreed > lastSigned ? agreed : lastSigned);
}
