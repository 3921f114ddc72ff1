import type { ProtocolEvent } from './protocol-events.js';
import { noProtocol, type ProtocolState, type VersionState } from './protocol-state.js';

/** The state after one more event. Total: every event of the union has its effect here and nothing is looked up elsewhere. */
export function evolveProtocol(state: ProtocolState, event: ProtocolEvent): ProtocolState {
  switch (event.type) {
    case 'protocol.drafted':
    case 'protocol.amended': {
      const { version, model, documentHash, dataHash } = event.data;
      return {
        ...state,
        lastVersion: version,
        draft: { version, model, documentHash, dataHash, opinions: {}, decisions: [], signatures: [] },
      };
    }
    case 'protocol.opinion.recorded':
      return onVersion(state, event.data.version, (version) => ({
        opinions: { ...version.opinions, [event.data.by]: event.data },
      }));
    case 'protocol.gap.decided': {
      const { openPoint: openPointId, value, by: decidedBy, capacity, decidedOn } = event.data;
      return onVersion(state, event.data.version, (version) => ({
        decisions: [...version.decisions, { openPointId, value, decidedBy, capacity, decidedOn }],
      }));
    }
    case 'protocol.signed':
      return onVersion(state, event.data.version, (version) => ({ signatures: [...version.signatures, event.data] }));
    case 'protocol.activated':
      return state.draft
        ? { ...state, current: { ...state.draft, effectiveFrom: event.data.effectiveFrom }, draft: null }
        : state;
    case 'protocol.suspended': {
      const { version: _, ...suspension } = event.data;
      return { ...state, suspension };
    }
    case 'protocol.resumed':
      return { ...state, suspension: null };
    case 'protocol.notice.given':
      return {
        ...state,
        draft: null,
        scheduled: { kind: 'notice', endsAt: event.data.endsAt, clause: event.data.clause },
      };
    case 'protocol.lapsed':
      return {
        ...state,
        draft: null,
        scheduled: { kind: 'legalGroundLapsed', endsAt: event.data.endsAt, clause: event.data.clause },
      };
    case 'protocol.linkedAgreement.ended':
      return {
        ...state,
        draft: null,
        scheduled: { kind: 'linkedAgreementEnded', endsAt: event.data.endsAt, clause: event.data.clause },
      };
    case 'protocol.revoked':
      return end(state, 'revocation', event.data.endsAt, event.data.clause);
    case 'protocol.terminated':
      return end(state, 'violation', event.data.endsAt, event.data.clause);
    case 'protocol.expired':
      return end(state, 'termExpired', event.data.endsAt, event.data.clause);
    case 'protocol.ended':
      return end(state, event.data.kind, event.data.endedAt, event.data.clause);
  }
}

/** The state that a history gives. */
export function replayProtocol(events: Iterable<ProtocolEvent>): ProtocolState {
  let state = noProtocol;
  for (const event of events) state = evolveProtocol(state, event);
  return state;
}

function end(state: ProtocolState, kind: string, endedAt: number, clause: string): ProtocolState {
  return { ...state, draft: null, ended: { kind, endedAt, clause } };
}

function onVersion(
  state: ProtocolState,
  version: number,
  change: (version: VersionState) => Partial<VersionState>,
): ProtocolState {
  if (state.draft?.version === version) return { ...state, draft: { ...state.draft, ...change(state.draft) } };
  if (state.current?.version === version) return { ...state, current: { ...state.current, ...change(state.current) } };
  return state;
}
