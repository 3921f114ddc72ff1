import { formatInstant } from '@convenant/kernel';
import {
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolEnded,
  protocolExpired,
  protocolGapDecided,
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolNoticeGiven,
  protocolOpinionRecorded,
  protocolResumed,
  protocolRevoked,
  protocolSigned,
  protocolSuspended,
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
  /** Of an accession: the framework it accedes to. */
  readonly frameworkId?: string | null;
}

type Appended = ReturnType<WriteTransaction['append']>;

/**
 * Appends an event of a protocol in the words of the catalogue: parties by id instead of by role, instants as text.
 *
 * @param factId of the opinion, decision, signature, suspension or ending that the event makes or concludes
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
    case 'protocol.drafted':
    case 'protocol.amended': {
      const { version, model, documentHash, dataHash } = event.data;
      const { kind, regime } = model;
      const findings = [...(publication.findings ?? [])];
      const { frameworkId } = publication;
      const of = { protocolId, version, kind, ...(frameworkId ? { frameworkId } : {}), regime: regime.id, parties };
      const data = { ...of, documentHash, dataHash, findings, model };
      return event.type === 'protocol.drafted'
        ? tx.append(protocolDrafted, { ...envelope(regime.clause), data })
        : tx.append(protocolAmended, { ...envelope(regime.clause), data: { ...data, replaces: event.data.replaces } });
    }
    case 'protocol.opinion.recorded': {
      const { by, ...opinion } = event.data;
      return tx.append(protocolOpinionRecorded, {
        ...envelope(text.opinions.find(({ party }) => party === by)?.clause ?? text.parties[by].dpo.clause),
        data: { protocolId, opinionId: factId, party: parties[by], ...opinion },
      });
    }
    case 'protocol.gap.decided': {
      const { version, openPoint, clause, value, by, capacity, decidedOn, settled } = event.data;
      const decidedBy = { party: parties[by], capacity };
      return tx.append(protocolGapDecided, {
        ...envelope(clause),
        data: { protocolId, version, decisionId: factId, openPoint, clause, value, decidedBy, decidedOn, settled },
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
    case 'protocol.suspended': {
      const { version, by, suspendedAt, clause, framework } = event.data;
      const about = { protocolId, version, suspensionId: factId, byParty: parties[by] };
      return tx.append(protocolSuspended, {
        ...envelope(clause),
        data: { ...about, suspendedAt: formatInstant(suspendedAt), clause, ...(framework ? { framework } : {}) },
      });
    }
    case 'protocol.resumed': {
      const { version, by, resumedAt } = event.data;
      const about = { protocolId, version, suspensionId: factId, byParty: parties[by] };
      return tx.append(protocolResumed, {
        ...envelope(text.entryIntoForce.clause),
        data: { ...about, resumedAt: formatInstant(resumedAt) },
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
    case 'protocol.lapsed': {
      const { clause, instrument, lapsedOn, flagSince } = event.data;
      return tx.append(protocolLapsed, {
        ...envelope(clause),
        data: { ...ending(publication, event, factId), instrument, lapsedOn, ...flagged(flagSince) },
      });
    }
    case 'protocol.linkedAgreement.ended': {
      const { clause, agreement, endedOn, flagSince } = event.data;
      return tx.append(protocolLinkedAgreementEnded, {
        ...envelope(clause),
        data: { ...ending(publication, event, factId), agreement, endedOn, ...flagged(flagSince) },
      });
    }
    case 'protocol.expired': {
      const { version, endsAt, clause, dutiesAfter } = event.data;
      return tx.append(protocolExpired, {
        ...envelope(clause),
        data: {
          protocolId,
          version,
          endingId: factId,
          endsAt: formatInstant(endsAt),
          clause,
          dutiesAfter: [...dutiesAfter],
        },
      });
    }
    case 'protocol.ended': {
      const { version, kind, endedAt, flagSince, clause, dutiesAfter } = event.data;
      const about = { protocolId, version, endingId: factId, kind, endedAt: formatInstant(endedAt) };
      return tx.append(protocolEnded, {
        ...envelope(clause),
        data: { ...about, ...flagged(flagSince), clause, dutiesAfter: [...dutiesAfter] },
      });
    }
  }
}

function flagged(since: number | null): { flaggedSince?: string } {
  return since === null ? {} : { flaggedSince: formatInstant(since) };
}

function ending(
  { id: protocolId, parties }: Publication,
  event: Exclude<EndingEvent, { type: 'protocol.expired' }>,
  endingId: string,
) {
  const { version, by, receivedAt, endsAt, writingHash, clause, dutiesAfter } = event.data;
  return {
    protocolId,
    version,
    endingId,
    endingRule: event.data.endingId,
    byParty: parties[by],
    receivedAt: formatInstant(receivedAt),
    endsAt: formatInstant(endsAt),
    ...(writingHash === undefined ? {} : { writingHash }),
    clause,
    dutiesAfter: [...dutiesAfter],
  };
}
