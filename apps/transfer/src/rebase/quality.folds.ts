import {
  correctionAcknowledged,
  correctionPropagated,
  erasureAcknowledged,
  erasurePropagated,
  type EventData,
  keyGenerationDestroyed,
  keyRotationCompleted,
  keyRotationStarted,
  qualityInvestigated,
  qualityReported,
  qualityResolved,
  qualityWithdrawn,
} from '@convenant/contracts';
import {
  changesNothing,
  dateOf,
  folds,
  type FoldTransaction,
  type NamedFold,
  type ReceivedEvent,
  runAll as run,
} from '@convenant/messaging';
import { type DisclosureRow, selectDisclosure } from '../db/disclosure.statements.js';
import { markItemsCorrected } from '../db/erasure.statements.js';
import { selectProtocolParties } from '../db/fact.statements.js';
import { foldGeneration, foldOutdated, foldRotationDestroyed } from '../db/fold.statements.js';
import { insertRotation } from '../db/key-rotation.statements.js';
import {
  insertCorrection,
  insertReport,
  markAcknowledged,
  markInvestigated,
  markResolved,
  markWithdrawn,
  type QualityReportRow,
  selectReport,
} from '../db/quality.statements.js';

type Propagated = EventData<typeof correctionPropagated> | EventData<typeof erasurePropagated>;

/** Reports on the quality of data, what recipients were told of them, and key rotations. */
export const qualityFolds: readonly NamedFold[] = [
  folds(qualityReported, reported),
  folds(qualityInvestigated, (tx, { data }) =>
    run(tx, markInvestigated(data.reportId, data.findings, dateOf(data.investigatedAt))),
  ),
  folds(qualityResolved, (tx, { data }) =>
    run(tx, markResolved(data.reportId, data.measure, data.reason, dateOf(data.resolvedAt))),
  ),
  folds(qualityWithdrawn, (tx, { data }) => run(tx, markWithdrawn(data.reportId, dateOf(data.withdrawnAt)))),
  folds(correctionPropagated, async (tx, { data }) => {
    const { disclosureId, generation, items } = data;
    await propagated(tx, data, generation);
    await run(
      tx,
      foldGeneration(disclosureId, generation),
      foldOutdated(disclosureId, generation),
      markItemsCorrected(disclosureId, items, generation),
    );
  }),
  folds(erasurePropagated, (tx, { data }) => propagated(tx, data, null)),
  folds(correctionAcknowledged, (tx, { data }) =>
    run(tx, markAcknowledged(data.correctionId, dateOf(data.acknowledgedAt))),
  ),
  folds(erasureAcknowledged, (tx, { data }) =>
    run(tx, markAcknowledged(data.correctionId, dateOf(data.acknowledgedAt))),
  ),
  folds(keyRotationStarted, (tx, event) =>
    run(
      tx,
      insertRotation(event.data.rotationId, dateOf(event.data.startedAt), {
        correlationId: event.correlationId,
        causationId: event.id,
      }),
    ),
  ),
  changesNothing(
    keyRotationCompleted,
    'the data keys of a restored database are wrapped as they were: the rotation begins anew, whatever the event says',
  ),
  folds(keyGenerationDestroyed, (tx, { data }) =>
    run(
      tx,
      foldRotationDestroyed({
        id: data.rotationId,
        generation: data.generation,
        rotatedAt: data.erasedUpTo,
        backupConfirmedAt: data.backupConfirmedAt,
        destroyedAt: data.destroyedAt,
      }),
    ),
  ),
];

async function reported(
  tx: FoldTransaction,
  { data, actorParty }: ReceivedEvent<EventData<typeof qualityReported>>,
): Promise<void> {
  const [row] = await tx.query<DisclosureRow>(selectDisclosure(data.disclosureId));
  const { requester_party: sender, recipient_party: receiver } = row!;
  const reporter = actorParty ?? receiver;
  await run(
    tx,
    insertReport({
      id: data.reportId,
      disclosure_id: data.disclosureId,
      protocol_id: data.protocolId,
      subject_ref: data.subjectRef,
      reporter,
      investigator: reporter === receiver ? sender : receiver,
      items: data.items,
      kind: data.kind,
      told_by_subject: data.toldBySubject,
      state: 'open',
      reported_at: dateOf(data.reportedAt),
      due_at: dateOf(data.dueAt),
      period: data.period,
      period_basis: data.periodBasis,
      clause: data.clause,
    }),
  );
}

async function propagated(tx: FoldTransaction, data: Propagated, generation: number | null): Promise<void> {
  const [report] = data.reportId ? await tx.query<QualityReportRow>(selectReport(data.reportId)) : [];
  const [parties] = await tx.query<{ sender: string }>(selectProtocolParties(data.protocolId));
  await run(
    tx,
    insertCorrection({
      id: data.correctionId,
      report_id: data.reportId ?? null,
      request_id: data.requestId ?? null,
      disclosure_id: data.disclosureId,
      protocol_id: data.protocolId,
      subject_ref: data.subjectRef,
      kind: generation === null ? 'erasure' : 'correction',
      items: data.items,
      generation,
      // An erasure by right is told to the receiver alone, by the sender.
      sender: report?.investigator ?? parties!.sender,
      recipient_party: data.recipientParty,
      recipient_unit: data.recipientUnit,
      propagated_at: dateOf(data.propagatedAt),
      acknowledged_at: null,
      clause: data.clause,
    }),
  );
}
