import type { ProtocolCommand, ProtocolDecision } from './protocol-commands.js';
import { decideDraft, decideGap, decideOpinion, decideSignature } from './agreement-decisions.js';
import { activation, activationWaitsFor } from './activation.js';
import {
  decideConclusion,
  decideLapse,
  decideLinkedAgreementEnd,
  decideNotice,
  decideStop,
} from './ending-decisions.js';
import { decideResumption, decideSuspension } from './suspension-decisions.js';
import { evolveProtocol } from './evolve-protocol.js';
import { events, illegal } from './outcomes.js';
import { stageOf, type ProtocolState } from './protocol-state.js';

/**
 * Decides a command on a protocol: the events it makes, or why it is not possible now. Pure; a command that cannot be
 * carried out changes nothing.
 *
 * An opinion, a decision or a signature that is the last thing missing also activates the version: no one need ask.
 *
 * @param now epoch milliseconds, UTC
 */
export function decideProtocol(state: ProtocolState, command: ProtocolCommand, now: number): ProtocolDecision {
  switch (command.type) {
    case 'draft':
    case 'amend':
      return decideDraft(state, command);
    case 'recordOpinion':
      return thenActivate(state, decideOpinion(state, command, now), now);
    case 'decideGap':
      return thenActivate(state, decideGap(state, command, now), now);
    case 'sign':
      return thenActivate(state, decideSignature(state, command, now), now);
    case 'activate':
      return decideActivation(state, now);
    case 'suspend':
      return decideSuspension(state, command, now);
    case 'resume':
      return decideResumption(state, command, now);
    case 'giveNotice':
      return decideNotice(state, command, now);
    case 'terminate':
    case 'revoke':
      return decideStop(state, command, now);
    case 'assertLapse':
      return decideLapse(state, command, now);
    case 'endLinkedAgreement':
      return decideLinkedAgreementEnd(state, command, now);
    case 'conclude':
      return decideConclusion(state, now);
  }
}

function decideActivation(state: ProtocolState, now: number): ProtocolDecision {
  if (!state.draft || state.ended) return illegal('TRANSITION_ILLEGAL', 'No version waits for activation');
  const waitsFor = activationWaitsFor(state.draft, now);
  return waitsFor.length === 0
    ? events(activation(state.draft))
    : illegal('TRANSITION_ILLEGAL', `Version ${state.draft.version} waits for ${waitsFor.join(', ')}`, { waitsFor });
}

/** Adds the activation when the decision completed a version. */
function thenActivate(state: ProtocolState, decision: ProtocolDecision, now: number): ProtocolDecision {
  if (!decision.events) return decision;
  const { draft } = decision.events.reduce(evolveProtocol, state);
  const complete = draft !== null && stageOf(draft) === 'signed' && activationWaitsFor(draft, now).length === 0;
  return complete ? events(...decision.events, activation(draft)) : decision;
}
