import type { ProtocolCommand, ProtocolDecision } from './protocol-commands.js';
import { decideDraft, decideGap, decideOpinion, decideSignature } from './agreement-decisions.js';
import { activation, activationWaitsFor } from './activation.js';
import type { FrameworkFacts } from '../framework/framework-facts.js';
import { partyOfBoth } from '../framework/party-of-both.js';
import {
  decideConclusion,
  decideEndWithFramework,
  decideLapse,
  decideLinkedAgreementEnd,
  decideNotice,
  decideStop,
} from './ending-decisions.js';
import { decideResumption, decideSuspension, decideWithFramework } from './suspension-decisions.js';
import { evolveProtocol } from './evolve-protocol.js';
import { events, illegal } from './outcomes.js';
import type { ProtocolEvent } from './protocol-events.js';
import { stageOf, type ProtocolState, type VersionState } from './protocol-state.js';

/**
 * Decides a command on a protocol: the events it makes, or why it is not possible now. Pure; a command that cannot be
 * carried out changes nothing.
 *
 * An opinion, a decision or a signature that is the last thing missing also activates the version: no one need ask.
 *
 * @param now epoch milliseconds, UTC
 * @param framework of an accession: the framework it names; without one no accession is activated
 */
export function decideProtocol(
  state: ProtocolState,
  command: ProtocolCommand,
  now: number,
  framework: FrameworkFacts | null = null,
): ProtocolDecision {
  switch (command.type) {
    case 'draft':
    case 'amend':
      return decideDraft(state, command);
    case 'recordOpinion':
      return thenActivate(state, decideOpinion(state, command, now), now, framework);
    case 'decideGap':
      return thenActivate(state, decideGap(state, command, now), now, framework);
    case 'sign':
      return thenActivate(state, decideSignature(state, command, now), now, framework);
    case 'activate':
      return decideActivation(state, now, framework);
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
    case 'suspendWithFramework':
    case 'resumeWithFramework':
      return decideWithFramework(state, command, now);
    case 'endWithFramework':
      return decideEndWithFramework(state, command, now);
    case 'conclude':
      return decideConclusion(state, now);
  }
}

function decideActivation(state: ProtocolState, now: number, framework: FrameworkFacts | null): ProtocolDecision {
  if (!state.draft || state.ended) return illegal('TRANSITION_ILLEGAL', 'No version waits for activation');
  const waitsFor = activationWaitsFor(state.draft, now, framework);
  return waitsFor.length === 0
    ? events(...activated(state, state.draft, now, framework))
    : illegal('TRANSITION_ILLEGAL', `Version ${state.draft.version} waits for ${waitsFor.join(', ')}`, { waitsFor });
}

/** Adds the activation when the decision completed a version. */
function thenActivate(
  state: ProtocolState,
  decision: ProtocolDecision,
  now: number,
  framework: FrameworkFacts | null,
): ProtocolDecision {
  if (!decision.events) return decision;
  const after = decision.events.reduce(evolveProtocol, state);
  const { draft } = after;
  const complete =
    draft !== null && stageOf(draft) === 'signed' && activationWaitsFor(draft, now, framework).length === 0;
  return complete ? events(...decision.events, ...activated(after, draft, now, framework)) : decision;
}

/** An accession to a framework whose end is known ends with it from the start. */
function activated(
  state: ProtocolState,
  draft: VersionState,
  now: number,
  framework: FrameworkFacts | null,
): ProtocolEvent[] {
  const happened = activation(draft, framework);
  if (framework === null || framework.endsAt === null) return [happened];
  const after = evolveProtocol(state, happened);
  const by = partyOfBoth(draft.model, framework.model);
  const end = decideEndWithFramework(after, { type: 'endWithFramework', by, endsAt: framework.endsAt }, now);
  return [happened, ...(end.events ?? [])];
}
