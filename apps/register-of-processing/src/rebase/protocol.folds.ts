import {
  protocolActivated,
  protocolAmended,
  protocolDrafted,
  protocolEndDutyCompleted,
  protocolEnded,
  protocolExpired,
  protocolEndingEnforced,
  protocolGapDecided,
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolNoticeGiven,
  protocolOpinionRecorded,
  protocolResumed,
  protocolRevoked,
  protocolSigned,
  protocolSuspended,
  protocolSuspensionEnforced,
  protocolTerminated,
  type EventData,
} from '@convenant/contracts';
import { dateOf, folds, type FoldTransaction, type NamedFold, type ReceivedEvent } from '@convenant/messaging';
import { foldEnforced, foldPendingBarrier } from '../db/fold.statements.js';
import { EndDuty } from '../db/end-duty.entity.js';
import { Protocol, ProtocolEventRow } from '../db/protocol.entity.js';
import { ProtocolSuspension } from '../db/suspension.entity.js';
import { asRecordedAgain as again, type KnownProtocol } from '../domain/event-as-recorded.js';
import type { HistoryEntry, RecordedEvent } from '../domain/protocol-history.js';

type Ending = EventData<typeof protocolRevoked | typeof protocolExpired>;

/** Protocols: their history comes back event by event, with what waits for a barrier. */
export const protocolFolds: readonly NamedFold[] = [
  folds(protocolDrafted, async (tx, event) => {
    const { protocolId: id, parties, frameworkId = null } = event.data;
    const data = again.drafted(event.data);
    const { kind, reference } = data.model;
    await tx.manager.insert(Protocol, { id, ...parties, kind, reference, frameworkId });
    await record(tx, event, { type: 'protocol.drafted', data }, null);
  }),
  folds(protocolAmended, (tx, event) =>
    record(tx, event, { type: 'protocol.amended', data: again.amended(event.data) }, null),
  ),
  folds(protocolOpinionRecorded, async (tx, event) => {
    const data = again.opinion(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.opinion.recorded', data }, event.data.opinionId);
  }),
  folds(protocolGapDecided, async (tx, event) => {
    const data = again.gapDecided(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.gap.decided', data }, event.data.decisionId);
  }),
  folds(protocolSigned, async (tx, event) => {
    const data = again.signed(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.signed', data }, event.data.signatureId);
  }),
  folds(protocolActivated, async (tx, event) => {
    const data = again.activated(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.activated', data }, null);
  }),
  folds(protocolSuspended, async (tx, event) => {
    const data = again.suspended(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.suspended', data }, event.data.suspensionId);
    await pending(tx, event, 'protocol_suspension', event.data.suspensionId);
  }),
  folds(protocolResumed, async (tx, event) => {
    const { suspensionId, resumedAt } = event.data;
    const data = again.resumed(event.data, await known(tx, event));
    await record(tx, event, { type: 'protocol.resumed', data }, null);
    await tx.manager.update(ProtocolSuspension, { id: suspensionId }, { resumedAt: dateOf(resumedAt) });
  }),
  folds(protocolNoticeGiven, async (tx, event) => {
    await ended(tx, event, { type: 'protocol.notice.given', data: again.ending(event.data, await known(tx, event)) });
  }),
  folds(protocolRevoked, async (tx, event) => {
    await ended(tx, event, { type: 'protocol.revoked', data: again.ending(event.data, await known(tx, event)) });
  }),
  folds(protocolTerminated, async (tx, event) => {
    await ended(tx, event, { type: 'protocol.terminated', data: again.terminated(event.data, await known(tx, event)) });
  }),
  folds(protocolLapsed, async (tx, event) => {
    await ended(tx, event, { type: 'protocol.lapsed', data: again.lapsed(event.data, await known(tx, event)) });
  }),
  folds(protocolLinkedAgreementEnded, async (tx, event) => {
    const data = again.linkedAgreementEnded(event.data, await known(tx, event));
    await ended(tx, event, { type: 'protocol.linkedAgreement.ended', data });
  }),
  folds(protocolExpired, (tx, event) =>
    ended(tx, event, { type: 'protocol.expired', data: again.expired(event.data) }),
  ),
  folds(protocolEnded, (tx, event) =>
    record(tx, event, { type: 'protocol.ended', data: again.ended(event.data) }, null),
  ),
  folds(protocolEndDutyCompleted, (tx, { data }) =>
    tx.manager.insert(EndDuty, {
      endingId: data.endingId,
      duty: data.duty,
      party: data.byParty,
      evidenceHash: data.evidenceHash ?? null,
      completedAt: dateOf(data.completedAt),
    }),
  ),
  folds(protocolEndingEnforced, (tx, { data }) => enforced(tx, 'protocol_ending', data)),
  folds(protocolSuspensionEnforced, (tx, { data }) => enforced(tx, 'protocol_suspension', data)),
];

async function known(tx: FoldTransaction, { subject, clause }: ReceivedEvent<object>): Promise<KnownProtocol> {
  const { sender, receiver } = await tx.manager.findOneByOrFail(Protocol, { id: subject });
  const rows = await tx.manager.find(ProtocolEventRow, {
    where: { protocolId: subject },
    order: { aggregateVersion: 'ASC' },
  });
  const history = rows.map(({ aggregateVersion, type, data, factId, recordedAt }): HistoryEntry => {
    return { aggregateVersion, event: { type, data } as RecordedEvent, factId, recordedAt: recordedAt.getTime() };
  });
  return { parties: { sender, receiver }, history, clause: clause! };
}

async function record(
  { manager }: FoldTransaction,
  { subject, aggregateVersion, recordedTime }: ReceivedEvent<object>,
  { type, data }: RecordedEvent,
  factId: string | null,
): Promise<void> {
  await manager.insert(ProtocolEventRow, {
    protocolId: subject,
    aggregateVersion,
    type,
    data: data as never,
    factId,
    recordedAt: new Date(recordedTime),
  });
}

async function ended(tx: FoldTransaction, event: ReceivedEvent<Ending>, recorded: RecordedEvent): Promise<void> {
  await record(tx, event, recorded, event.data.endingId);
  await pending(tx, event, 'protocol_ending', event.data.endingId);
}

/** Its latency, when the barrier is still to come, is measured from when it was committed and not from the rebase. */
async function pending(
  tx: FoldTransaction,
  { subject, aggregateVersion, recordedTime }: ReceivedEvent<object>,
  cause: 'protocol_ending' | 'protocol_suspension',
  id: string,
): Promise<void> {
  await tx.query(foldPendingBarrier(cause), [id, subject, aggregateVersion, new Date(recordedTime)]);
}

async function enforced(
  tx: FoldTransaction,
  cause: 'protocol_ending' | 'protocol_suspension',
  { causeId, enforcedAt, latencyMs, unconfirmed }: EventData<typeof protocolEndingEnforced>,
): Promise<void> {
  await tx.query(foldEnforced(cause), [causeId, dateOf(enforcedAt), latencyMs, unconfirmed]);
}
