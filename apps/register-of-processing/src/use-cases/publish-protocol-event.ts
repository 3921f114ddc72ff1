import { formatInstant } from '@convenant/kernel';
import {
  protocolActivated,
  protocolDrafted,
  protocolGapDecided,
  protocolNoticeGiven,
  protocolOpinionRecorded,
  protocolRevoked,
  protocolSigned,
  protocolTerminated,
  type EventData,
} from '@convenant/contracts';
import type { CommandContext, WriteTransaction } from '@convenant/messaging';
import type { ProtocolModel } from '@convenant/protocol';
import type { EndingEvent, PartyIds, RecordedEvent } from '../domain/protocol-history.js';

export type FindingOfDraft = EventData<typeof protocolDrafted>['findings'][number];

/** Where an event belongs: its protocol and text, who caused it, and of a draft what was found on it. */
export interface Publication {
  readonly id: string;
  readonly parties: PartyIds;
  /** The text, for the clauses of events that do not name one themselves. */
  readonly model: ProtocolModel;
  readonly context: CommandContext;
  readonly findings?: readonly FindingOfDraft[];
}

type Appended = ReturnType<WriteTransaction['append']>;

/**
 * Appends an event of a protocol in the words of the catalogue: parties by id instead of by role, instants as text.
 *
 * @param factId of the opinion, decision, signature or ending that the event makes
 */
export function publishProtocolEvent(
  tx: WriteTransaction,
  publication: Publication,
  event: RecordedEvent,
  factId: string,
): Appended {
  const { id: protocolId, parties, model: text, context } = publication;
  const envelope = (clause: string) => ({
    subject: protocolId,
    context,
    protocolId,
    protocolVersion: event.data.version,
    clause,
  });
  switch (event.type) {
    case 'protocol.drafted': {
      const { version, model, documentHash, dataHash } = event.data;
      const { kind, regime } = model;
      const findings = [...(publication.findings ?? [])];
      return tx.append(protocolDrafted, {
        ...envelope(regime.clause),
        data: { protocolId, version, kind, regime: regime.id, parties, documentHash, dataHash, findings, model },
      });
    }
    case 'protocol.opinion.recorded': {
      const { by, ...opinion } = event.data;
      return tx.append(protocolOpinionRecorded, {
        ...envelope(text.opinions.find(({ party }) => party === by)?.clause ?? text.parties[by].dpo.clause),
        data: { protocolId, opinionId: factId, party: parties[by], ...opinion },
      });
    }
    case 'protocol.gap.decided': {
      const { version, openPoint, clause, value, by, capacity, decidedOn } = event.data;
      const decidedBy = { party: parties[by], capacity };
      return tx.append(protocolGapDecided, {
        ...envelope(clause),
        data: { protocolId, version, decisionId: factId, openPoint, clause, value, decidedBy, decidedOn },
      });
    }
    case 'protocol.signed': {
      const { by, ...signature } = event.data;
      return tx.append(protocolSigned, {
        ...envelope(text.signature.clause),
        data: { protocolId, signatureId: factId, party: parties[by], ...signature },
      });
    }
    case 'protocol.activated': {
      const { version, effectiveFrom, trigger, model, clause } = event.data;
      return tx.append(protocolActivated, {
        ...envelope(clause),
        data: { protocolId, version, effectiveFrom: formatInstant(effectiveFrom), trigger, model },
      });
    }
    case 'protocol.notice.given':
      return tx.append(protocolNoticeGiven, {
        ...envelope(event.data.clause),
        data: ending(publication, event, factId),
      });
    case 'protocol.revoked':
      return tx.append(protocolRevoked, { ...envelope(event.data.clause), data: ending(publication, event, factId) });
    case 'protocol.terminated': {
      const { clauses, evidenceHash } = event.data.violation;
      const violation = { clauses: [...clauses], evidenceHash };
      return tx.append(protocolTerminated, {
        ...envelope(event.data.clause),
        data: { ...ending(publication, event, factId), violation },
      });
    }
  }
}

function ending({ id: protocolId, parties }: Publication, event: EndingEvent, endingId: string) {
  const { version, by, receivedAt, endsAt, writingHash, clause, dutiesAfter } = event.data;
  return {
    protocolId,
    version,
    endingId,
    byParty: parties[by],
    receivedAt: formatInstant(receivedAt),
    endsAt: formatInstant(endsAt),
    ...(writingHash === undefined ? {} : { writingHash }),
    clause,
    dutiesAfter: [...dutiesAfter],
  };
}
