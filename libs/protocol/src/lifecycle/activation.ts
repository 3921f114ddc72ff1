import { dateOf, startOfDay } from '@convenant/kernel';
import { applyDecisions, undecidedPoints } from '../model/apply-decisions.js';
import { partyRoles } from '../model/primitives.js';
import type { ProtocolModel } from '../model/protocol.schema.js';
import { validateProtocol } from '../validate/validate-protocol.js';
import type { ProtocolEvent } from './protocol-events.js';
import { missingSignatures, type VersionState } from './protocol-state.js';

/**
 * The conditions for activation that a version does not meet yet, as stable words; empty when it can be activated.
 *
 * @param now epoch milliseconds; the rule set in force on that day judges
 */
export function activationWaitsFor(version: VersionState, now: number): string[] {
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
  return waits;
}

/** The activation of a version whose conditions are all met. */
export function activation(version: VersionState): ProtocolEvent {
  const { model, filled } = applyDecisions(version.model, version.decisions);
  const { kind, clause } = model.entryIntoForce;
  const trigger = kind === 'date' ? 'date' : 'lastSignature';
  return {
    type: 'protocol.activated',
    data: { version: version.version, effectiveFrom: effectiveFrom(version, model), trigger, model, filled, clause },
  };
}

/** Never before the last signature: an agreement does not bind backwards, whatever date it names. */
function effectiveFrom(version: VersionState, model: ProtocolModel): number {
  const lastSigned = version.signatures.map(({ signedOn }) => signedOn).reduce((last, on) => (on > last ? on : last));
  const agreed = model.entryIntoForce.kind === 'date' ? model.entryIntoForce.on : model.signature.on;
  return startOfDay(agreed !== null && agreed > lastSigned ? agreed : lastSigned);
}
