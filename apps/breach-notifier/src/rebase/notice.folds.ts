import {
  consultationClosed,
  consultationDecided,
  consultationOpened,
  counterpartyAcknowledged,
  counterpartyEscalated,
  counterpartyNotified,
  improvementShared,
  type EventData,
} from '@convenant/contracts';
import {
  folds,
  NOT_CARRIED,
  runAll,
  type FoldTransaction,
  type NamedFold,
  type ReceivedEvent,
} from '@convenant/messaging';
import {
  closeConsultationRow,
  insertConsultation,
  insertDecision,
  insertImprovement,
} from '../db/consultation.statements.js';
import { foldNotice, foldSentMail } from '../db/fold.statements.js';
import { insertAcknowledgement, setAcknowledged, setEscalated, setNotified } from '../db/notice.statements.js';

/** What counterparties were told and answered, and the consultations between them. */
export const noticeFolds: readonly NamedFold[] = [
  folds(counterpartyNotified, async (tx, event) => {
    const { noticeId, counterparty, messageId, decidedAt, sentAt } = event.data;
    await notice(tx, event);
    const mail = { id: event.id, noticeId, toParty: counterparty, mailbox: NOT_CARRIED, messageId };
    await runAll(tx, foldSentMail({ ...mail, writtenAt: decidedAt, sentAt }), setNotified(noticeId, sentAt));
  }),
  folds(counterpartyAcknowledged, async (tx, event) => {
    const { noticeId, byParty, counterparty, receivedAt, acknowledgedAt } = event.data;
    await notice(tx, event);
    await runAll(tx, insertAcknowledgement(noticeId, byParty, receivedAt, acknowledgedAt));
    if (byParty === counterparty) await runAll(tx, setAcknowledged(noticeId, acknowledgedAt));
  }),
  folds(counterpartyEscalated, async (tx, event) => {
    const { noticeId, cause, escalatedAt } = event.data;
    await notice(tx, event);
    await runAll(tx, setEscalated(noticeId, escalatedAt, cause));
  }),
  folds(consultationOpened, async (tx, event) => {
    const { consultationId: id, noticeId, clause, topics, byParty: openedBy, openedAt } = event.data;
    await notice(tx, event);
    await runAll(tx, insertConsultation({ id, noticeId, clause, topics, openedBy, openedAt }));
  }),
  folds(consultationDecided, (tx, { data }) => {
    const { decisionId: id, consultationId, decision, actions, actor = null, byParty, minutesHash, decidedAt } = data;
    return runAll(
      tx,
      insertDecision({ id, consultationId, decision, actions, actor, byParty, minutesHash, decidedAt }),
    );
  }),
  folds(consultationClosed, (tx, { data: { consultationId, byParty, closedAt, minutesHash } }) =>
    runAll(tx, closeConsultationRow(consultationId, byParty, closedAt, minutesHash)),
  ),
  folds(improvementShared, async (tx, event) => {
    const { improvementId: id, noticeId, clause, byParty, measure, noteHash, sharedAt } = event.data;
    await notice(tx, event);
    await runAll(
      tx,
      insertImprovement({ id, noticeId, clause, byParty, measure, note: NOT_CARRIED, noteHash, sharedAt }),
    );
  }),
];

type AboutNotice = ReceivedEvent<
  Pick<
    EventData<typeof counterpartyEscalated>,
    'noticeId' | 'breachId' | 'partyId' | 'counterparty' | 'protocolId' | 'notice'
  >
>;

/** Knows the notice from the first of its events that comes by. */
async function notice(
  tx: FoldTransaction,
  { data, protocolVersion, correlationId, causationId }: AboutNotice,
): Promise<void> {
  if (data.notice === undefined) return;
  const { noticeId: id, breachId, partyId, counterparty, protocolId } = data;
  const keys = { id, breachId, partyId, counterparty, protocolId, protocolVersion: protocolVersion ?? 1 };
  await runAll(tx, foldNotice({ ...keys, ...data.notice, correlationId, causationId }));
}
