import { parseInstant } from '@convenant/kernel';
import type * as catalogue from '@convenant/contracts';
import type { EventData } from '@convenant/contracts';
import { applyDecisions, type PartyDecision, type PartyRole, type ProtocolModel } from '@convenant/protocol';
import { roleOf, type HistoryEntry, type PartyIds, type RecordedEvent } from './protocol-history.js';

/** What an event of the topic is read against. */
export interface KnownProtocol {
  readonly parties: PartyIds;
  /** What was recorded before it. */
  readonly history: readonly HistoryEntry[];
  /** The clause in the envelope of the event. */
  readonly clause: string;
}

type Data<Name extends keyof typeof catalogue> = EventData<(typeof catalogue)[Name]>;
type Of<Type extends RecordedEvent['type']> = Extract<RecordedEvent, { type: Type }>['data'];

/** The way back from the words of the catalogue to what the register records: parties by role, instants in epoch milliseconds. */
export const asRecordedAgain = {
  drafted({ version, model, documentHash, dataHash }: Data<'protocolDrafted'>): Of<'protocol.drafted'> {
    return { version, model: model as unknown as ProtocolModel, documentHash, dataHash };
  },

  amended({ replaces, ...draft }: Data<'protocolAmended'>): Of<'protocol.amended'> {
    return { ...asRecordedAgain.drafted(draft), replaces };
  },

  opinion(data: Data<'protocolOpinionRecorded'>, { parties }: KnownProtocol): Of<'protocol.opinion.recorded'> {
    const { protocolId: _protocol, opinionId: _id, party, ...opinion } = data;
    return { ...opinion, by: role(parties, party) };
  },

  gapDecided(data: Data<'protocolGapDecided'>, { parties }: KnownProtocol): Of<'protocol.gap.decided'> {
    const { version, openPoint, clause, value, decidedBy, decidedOn, settled = true } = data;
    const by = role(parties, decidedBy.party);
    return { version, openPoint, clause, value, by, capacity: decidedBy.capacity, decidedOn, settled };
  },

  signed(data: Data<'protocolSigned'>, { parties }: KnownProtocol): Of<'protocol.signed'> {
    const { protocolId: _protocol, signatureId: _id, party, ...signature } = data;
    return { ...signature, by: role(parties, party) };
  },

  /** Which points were filled follows from the text and the decisions before. */
  activated(data: Data<'protocolActivated'>, { history, clause }: KnownProtocol): Of<'protocol.activated'> {
    const { version, effectiveFrom, trigger, model } = data;
    return {
      version,
      effectiveFrom: parseInstant(effectiveFrom),
      trigger,
      model: model as unknown as ProtocolModel,
      filled: filledOf(version, history),
      clause,
    };
  },

  suspended(data: Data<'protocolSuspended'>, { parties }: KnownProtocol): Of<'protocol.suspended'> {
    const { version, byParty, suspendedAt, clause, framework } = data;
    const by = role(parties, byParty);
    return { version, by, suspendedAt: parseInstant(suspendedAt), clause, ...(framework ? { framework } : {}) };
  },

  resumed(
    { version, byParty, resumedAt }: Data<'protocolResumed'>,
    { parties }: KnownProtocol,
  ): Of<'protocol.resumed'> {
    return { version, by: role(parties, byParty), resumedAt: parseInstant(resumedAt) };
  },

  ending(data: Data<'protocolRevoked'>, { parties }: KnownProtocol): Of<'protocol.revoked'> {
    const { version, endingId, endingRule, byParty, receivedAt, endsAt, writingHash, clause, dutiesAfter } = data;
    return {
      version,
      endingId: endingRule ?? endingId,
      by: role(parties, byParty),
      receivedAt: parseInstant(receivedAt),
      endsAt: parseInstant(endsAt),
      ...(writingHash === undefined ? {} : { writingHash }),
      clause,
      dutiesAfter,
    };
  },

  terminated(data: Data<'protocolTerminated'>, known: KnownProtocol): Of<'protocol.terminated'> {
    return { ...asRecordedAgain.ending(data, known), violation: data.violation };
  },

  lapsed(data: Data<'protocolLapsed'>, known: KnownProtocol): Of<'protocol.lapsed'> {
    const { instrument, lapsedOn, flaggedSince } = data;
    return { ...asRecordedAgain.ending(data, known), instrument, lapsedOn, flagSince: instantOrNull(flaggedSince) };
  },

  linkedAgreementEnded(
    data: Data<'protocolLinkedAgreementEnded'>,
    known: KnownProtocol,
  ): Of<'protocol.linkedAgreement.ended'> {
    const { agreement, endedOn, flaggedSince } = data;
    return { ...asRecordedAgain.ending(data, known), agreement, endedOn, flagSince: instantOrNull(flaggedSince) };
  },

  expired({ version, endsAt, clause, dutiesAfter }: Data<'protocolExpired'>): Of<'protocol.expired'> {
    return { version, endsAt: parseInstant(endsAt), clause, dutiesAfter };
  },

  ended({ version, kind, endedAt, flaggedSince, clause, dutiesAfter }: Data<'protocolEnded'>): Of<'protocol.ended'> {
    return {
      version,
      kind,
      endedAt: parseInstant(endedAt),
      flagSince: instantOrNull(flaggedSince),
      clause,
      dutiesAfter,
    };
  },
};

function filledOf(version: number, history: readonly HistoryEntry[]): Of<'protocol.activated'>['filled'] {
  let text: ProtocolModel | undefined;
  const decisions: PartyDecision[] = [];
  for (const { event } of history) {
    if (event.data.version !== version) continue;
    if (event.type === 'protocol.drafted' || event.type === 'protocol.amended') text = event.data.model;
    if (event.type === 'protocol.gap.decided') {
      const { openPoint: openPointId, value, by: decidedBy, capacity, decidedOn } = event.data;
      decisions.push({ openPointId, value, decidedBy, capacity, decidedOn });
    }
  }
  return text ? applyDecisions(text, decisions).filled : [];
}

/** @throws TypeError for a party that is none of the protocol's: no event of the register names one */
function role(parties: PartyIds, party: string): PartyRole {
  const found = roleOf(parties, party);
  if (found === null) throw new TypeError(`Party ${party} is none of the protocol's`);
  return found;
}

function instantOrNull(instant: string | undefined): number | null {
  return instant === undefined ? null : parseInstant(instant);
}
