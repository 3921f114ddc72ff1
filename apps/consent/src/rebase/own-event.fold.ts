import {
  consentGiven,
  consentRefused,
  consentWithdrawalEnforced,
  consentWithdrawn,
  noticeProvided,
  type EventData,
} from '@convenant/contracts';
import {
  dateOf,
  folds,
  NOT_CARRIED,
  ownEventFolds,
  type FoldTransaction,
  type ReceivedEvent,
} from '@convenant/messaging';
import { Consent } from '../db/consent.entity.js';
import { foldEnforced, foldWithdrawal, foldWithdrawn } from '../db/fold.statements.js';
import { Notice } from '../db/notice.entity.js';

/**
 * Learns again, in a restored database, what this service said after the backup. Withdrawals come first among what is learnt of
 * a consent that the backup has, since they follow it in order; nothing they need stands outside their own event, so none is
 * lost when the facts of other services are still those of the backup.
 */
export const consentFold = ownEventFolds(
  'consent',
  [
    folds(noticeProvided, (tx, event) => {
      const { noticeId, subjectRef, protocolId, noticeVersion, language, informationPoints, clause } = noticeOf(event);
      return tx.manager.insert(Notice, {
        id: noticeId,
        version: event.aggregateVersion,
        protocolId,
        subjectRef,
        noticeVersion,
        language,
        informationPoints,
        missingPoints: event.data.missingPoints ?? [],
        providedAt: dateOf(event.data.providedAt),
        clause,
      });
    }),
    folds(consentGiven, (tx, event) => expressed(tx, event, 'given', event.data.duration)),
    folds(consentRefused, (tx, event) => expressed(tx, event, 'refused', {})),
    folds(consentWithdrawn, async (tx, event) => {
      const { consentId, withdrawalId, protocolId, subjectRef, withdrawnAt, method } = event.data;
      const by = event.actorRef ?? NOT_CARRIED;
      await tx.query(foldWithdrawal, [
        withdrawalId,
        protocolId,
        subjectRef,
        dateOf(withdrawnAt),
        by,
        new Date(event.recordedTime),
      ]);
      await tx.query(foldWithdrawn, [withdrawalId, consentId, method, event.aggregateVersion]);
    }),
    folds(consentWithdrawalEnforced, (tx, event) => {
      const { consentId, enforcedAt, latencyMs, unconfirmed } = event.data;
      return tx.query(foldEnforced, [consentId, dateOf(enforcedAt), latencyMs, unconfirmed, event.aggregateVersion]);
    }),
  ],
  [],
);

function noticeOf({ data, clause }: ReceivedEvent<EventData<typeof noticeProvided>>) {
  return { ...data, clause: clause ?? NOT_CARRIED };
}

type Expressed = ReceivedEvent<EventData<typeof consentRefused>>;

async function expressed(
  tx: FoldTransaction,
  { data, actorParty, actorRef, aggregateVersion, protocolVersion }: Expressed,
  state: 'given' | 'refused',
  duration: { occurrences?: number; expiresAt?: string },
): Promise<void> {
  await tx.manager.insert(Consent, {
    id: data.consentId,
    version: aggregateVersion,
    protocolId: data.protocolId,
    protocolVersion: protocolVersion!,
    subjectRef: data.subjectRef,
    noticeId: data.noticeId,
    state,
    purpose: data.purpose,
    items: data.items,
    recipientParty: data.recipient.party,
    recipientUnit: data.recipient.unit,
    recipientCategory: data.recipient.category,
    method: data.method,
    eventTime: dateOf(data.eventTime),
    occurrences: duration.occurrences ?? null,
    expiresAt: duration.expiresAt === undefined ? null : dateOf(duration.expiresAt),
    lawfulBasis: data.lawfulBasis ?? NOT_CARRIED,
    // Only the sending party records a consent.
    controller: actorParty!,
    enteredBy: actorRef ?? NOT_CARRIED,
    clause: data.clause,
    withdrawalId: null,
  });
}
