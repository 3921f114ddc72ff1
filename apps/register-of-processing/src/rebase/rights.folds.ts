import {
  informationDutyAdvanced,
  informationDutyExempted,
  informationDutyFulfilled,
  informationDutyOverdue,
  rightsRequestAnswered,
  rightsRequestEnforced,
  rightsRequestExtended,
  rightsRequestReceived,
  rightsRequestRefused,
  rightsRequestReminded,
  type EventData,
} from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import { dateOf, folds, type FoldTransaction, type NamedFold, type ReceivedEvent } from '@convenant/messaging';
import { informationDue } from '@convenant/protocol';
import { foldLiftedObjection, foldRightsBarrier } from '../db/fold.statements.js';
import { InformationDuty } from '../db/information-duty.entity.js';
import { RightsRequest } from '../db/rights-request.entity.js';

type DutyEvent = ReceivedEvent<Omit<EventData<typeof informationDutyOverdue>, 'dueAt' | 'noticedAt'>>;

/**
 * What data subjects asked and were answered, and duties to inform them. A duty that nothing was said of yet begins again with
 * its delivery, which is read again.
 */
export const rightsFolds: readonly NamedFold[] = [
  folds(rightsRequestReceived, async (tx, event) => {
    const { requestId: id, party, protocolId, subjectRef = null, right, channel, receivedAt } = event.data;
    await tx.manager.insert(RightsRequest, {
      id,
      party,
      protocolId,
      subjectRef,
      right,
      consentId: event.data.consentId ?? null,
      channel,
      identityCheck: event.data.identityCheck ?? null,
      state: 'open',
      receivedAt: dateOf(receivedAt),
      cautiousDueAt: dateOf(event.data.cautiousDueAt),
      regulationDueAt: dateOf(event.data.regulationDueAt),
      nextLookAt: new Date(tx.now),
    });
    if (right === 'objection' && subjectRef !== null) await barrier(tx, event);
  }),
  folds(rightsRequestExtended, (tx, { data }) =>
    tx.manager.update(
      RightsRequest,
      { id: data.requestId },
      {
        extensionReasons: data.reasons,
        extendedAt: dateOf(data.toldAt),
        cautiousDueAt: dateOf(data.cautiousDueAt),
        regulationDueAt: dateOf(data.regulationDueAt),
        reminded: null,
        nextLookAt: new Date(tx.now),
      },
    ),
  ),
  folds(rightsRequestAnswered, async (tx, event) => {
    const { requestId: id, verdict, identityCheck, reasons, restriction, erasure, qualityReports = [] } = event.data;
    await tx.manager.update(
      RightsRequest,
      { id },
      {
        state: verdict,
        identityCheck,
        reasons,
        decidedAt: dateOf(event.data.answeredAt),
        late: event.data.late,
        restrictionId: restriction?.restrictionId ?? null,
        restrictionGround: restriction?.ground ?? null,
        erasureGround: erasure?.ground ?? null,
        disclosureIds: erasure?.disclosureIds ?? [],
        qualityReports,
        nextLookAt: null,
      },
    );
    if (restriction) await barrier(tx, event);
  }),
  folds(rightsRequestRefused, async (tx, { data }) => {
    const { requestId: id, reasons, evidenceHash = null, refusedAt, late } = data;
    const decision = { state: 'refused' as const, reasons, evidenceHash, decidedAt: dateOf(refusedAt), late };
    await tx.manager.update(RightsRequest, { id }, { ...decision, nextLookAt: null });
    await tx.query(foldLiftedObjection, [id, dateOf(refusedAt)]);
  }),
  folds(rightsRequestReminded, (tx, { data: { requestId, stage } }) =>
    tx.manager.update(RightsRequest, { id: requestId }, { reminded: stage, nextLookAt: new Date(tx.now) }),
  ),
  folds(rightsRequestEnforced, (tx, { data: { requestId, enforcedAt, latencyMs, unconfirmed } }) =>
    tx.manager.update(RightsRequest, { id: requestId }, { enforcedAt: dateOf(enforcedAt), latencyMs, unconfirmed }),
  ),
  folds(informationDutyAdvanced, async (tx, event) => {
    const { dutyId: id, milestone, at } = event.data;
    const duty = await dutyOf(tx, event);
    const column = milestone === 'firstCommunication' ? 'firstCommunicationAt' : 'onwardDisclosureAt';
    const told = { ...duty, [column]: dateOf(at) };
    const { dueAt, because } = informationDue(duty.obtainedAt.getTime(), {
      firstCommunication: told.firstCommunicationAt?.getTime() ?? null,
      onwardDisclosure: told.onwardDisclosureAt?.getTime() ?? null,
    });
    await tx.manager.update(
      InformationDuty,
      { id },
      { [column]: dateOf(at), dueAt: new Date(dueAt), dueBecause: because },
    );
  }),
  folds(informationDutyFulfilled, async (tx, event) => {
    const { dutyId: id, means, noticeVersion = null, informedAt, late } = event.data;
    await dutyOf(tx, event);
    const done = { means, noticeVersion, informedAt: dateOf(informedAt), late };
    await tx.manager.update(InformationDuty, { id }, { state: 'fulfilled', ...done });
  }),
  folds(informationDutyExempted, async (tx, event) => {
    const { dutyId: id, exemption, basis, late } = event.data;
    await dutyOf(tx, event);
    await tx.manager.update(InformationDuty, { id }, { state: 'exempted', exemption, basis, late });
  }),
  folds(informationDutyOverdue, async (tx, event) => {
    const { dutyId: id, dueAt } = event.data;
    await dutyOf(tx, event);
    await tx.manager.update(InformationDuty, { id }, { alertedDueAt: dateOf(dueAt) });
  }),
];

/** Its latency, when the barrier is still to come, is measured from when it was committed and not from the rebase. */
async function barrier(tx: FoldTransaction, { subject, aggregateVersion, recordedTime }: ReceivedEvent<object>) {
  await tx.query(foldRightsBarrier, [subject, aggregateVersion, new Date(recordedTime)]);
}

/** The duty, begun by its first event when the delivery that began it is not read again yet. */
async function dutyOf(tx: FoldTransaction, { data, time }: DutyEvent): Promise<InformationDuty> {
  const { dutyId: id, disclosureId, protocolId, subjectRef, party } = data;
  const known = await tx.manager.findOneBy(InformationDuty, { id });
  if (known) return known;
  const obtainedAt = data.obtainedAt === undefined ? time : parseInstant(data.obtainedAt);
  const { dueAt, because } = informationDue(obtainedAt, { firstCommunication: null, onwardDisclosure: null });
  await tx.manager.insert(InformationDuty, {
    id,
    disclosureId,
    protocolId,
    subjectRef,
    party,
    state: 'open',
    obtainedAt: new Date(obtainedAt),
    dueAt: new Date(dueAt),
    dueBecause: because,
  });
  return tx.manager.findOneByOrFail(InformationDuty, { id });
}
