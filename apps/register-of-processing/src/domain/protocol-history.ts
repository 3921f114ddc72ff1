import {
  decideProtocol,
  evolveProtocol,
  replayProtocol,
  type PartyRole,
  type ProtocolEvent,
  type ProtocolState,
} from '@convenant/protocol';

const recordedTypes = [
  'protocol.drafted',
  'protocol.amended',
  'protocol.opinion.recorded',
  'protocol.gap.decided',
  'protocol.signed',
  'protocol.activated',
  'protocol.suspended',
  'protocol.resumed',
  'protocol.notice.given',
  'protocol.revoked',
  'protocol.terminated',
  'protocol.lapsed',
  'protocol.linkedAgreement.ended',
  'protocol.expired',
  'protocol.ended',
] as const;

/** Events of the protocol that this service makes and publishes. */
export type RecordedEvent = Extract<ProtocolEvent, { type: (typeof recordedTypes)[number] }>;

const endingTypes = [
  'protocol.notice.given',
  'protocol.revoked',
  'protocol.terminated',
  'protocol.lapsed',
  'protocol.linkedAgreement.ended',
  'protocol.expired',
] as const;

/** Events by which a protocol ends, at once or on a date. */
export type EndingEvent = Extract<RecordedEvent, { type: (typeof endingTypes)[number] }>;

/** @throws TypeError for an event that no command of this service makes */
export function asRecorded(event: ProtocolEvent): RecordedEvent {
  if (recordedTypes.some((type) => type === event.type)) return event as RecordedEvent;
  throw new TypeError(`${event.type} is not made by the register`);
}

export function isEnding(event: ProtocolEvent): event is EndingEvent {
  return endingTypes.some((type) => type === event.type);
}

/** From when on disclosures under an ending by law are flagged, epoch milliseconds; null where it was told in time. */
export function flaggedSince(event: EndingEvent): number | null {
  return 'flagSince' in event.data ? event.data.flagSince : null;
}

/** One event of a protocol as it is kept. */
export interface HistoryEntry {
  readonly aggregateVersion: number;
  readonly event: RecordedEvent;
  /** Id of the opinion, decision, signature, suspension or ending that the event made; null where it made none. */
  readonly factId: string | null;
  /** Epoch milliseconds. */
  readonly recordedAt: number;
}

/** The two parties of a protocol, by id. */
export type PartyIds = Readonly<Record<PartyRole, string>>;

/**
 * Where a protocol stands at an instant: the fold of its events, and an end that was fixed before and has come meanwhile.
 *
 * @param now epoch milliseconds
 */
export function stateAt(history: readonly HistoryEntry[], now: number): ProtocolState {
  const state = replayProtocol(history.map(({ event }) => event));
  if (state.current === null || state.ended !== null) return state;
  const { events = [] } = decideProtocol(state, { type: 'conclude' }, now);
  return events.reduce(evolveProtocol, state);
}

/** Which of the two a party is, or null for anyone else. */
export function roleOf(parties: PartyIds, party: string | undefined): PartyRole | null {
  if (party === undefined) return null;
  return parties.sender === party ? 'sender' : parties.receiver === party ? 'receiver' : null;
}
