import {
  alertAccessionCleared,
  alertAccessionRaised,
  alertCleared,
  alertRaised,
  evidenceDelivered,
  evidenceRecorded,
  evidenceRequested,
  lawChangeNotified,
  lawChangeReviewed,
  processorAdded,
  processorBlocked,
  processorChanged,
  processorListAcknowledged,
  processorListShared,
  protocolPublicationLapsed,
  protocolPublished,
  type EventData,
} from '@convenant/contracts';
import { dateOf, folds, type FoldTransaction, type NamedFold } from '@convenant/messaging';
import {
  Alert,
  Evidence,
  EvidenceRequest,
  LawChange,
  Processor,
  ProcessorList,
  Publication,
} from '../db/governance.entities.js';

/** Publications, processors, changes of the law, evidence and alerts. The next look at each protocol corrects what is late. */
export const governanceFolds: readonly NamedFold[] = [
  folds(protocolPublished, async (tx, { data }) => {
    const { file, contentHash } = data;
    const observedAt = dateOf(data.observedAt);
    await publication(tx, data, { state: 'published', file, contentHash, observedAt, lapsedAt: null, cause: null });
  }),
  folds(protocolPublicationLapsed, (tx, { data }) =>
    publication(tx, data, { state: 'lapsed', lapsedAt: dateOf(data.observedAt), cause: data.cause }),
  ),
  folds(processorAdded, (tx, { data }) => processor(tx, data, { addedAt: dateOf(data.addedAt), endedAt: null })),
  folds(processorChanged, (tx, { data }) =>
    processor(tx, data, data.state === 'ended' ? { endedAt: dateOf(data.changedAt) } : {}),
  ),
  folds(processorBlocked, async (tx, { data }) => {
    await tx.manager.update(Processor, { id: data.processorId }, { blocked: true });
  }),
  folds(processorListShared, async (tx, { data }) => {
    const { listId: id, protocolId, byParty: party, listVersion, processors, listHash } = data;
    const list = { id, protocolId, party, listVersion, processors, listHash };
    await tx.manager.insert(ProcessorList, { ...list, sharedAt: dateOf(data.sharedAt), acknowledgedAt: null });
  }),
  folds(processorListAcknowledged, async (tx, { data }) => {
    await tx.manager.update(ProcessorList, { id: data.listId }, { acknowledgedAt: dateOf(data.acknowledgedAt) });
  }),
  folds(lawChangeNotified, async (tx, { data }) => {
    const { lawChangeId: id, protocolId, byParty: party, instrument, inForceOn, impact } = data;
    await tx.manager.insert(LawChange, {
      ...{ id, protocolId, party, instrument, inForceOn, impact },
      documentHash: data.documentHash ?? null,
      clause: data.clause ?? null,
      notifiedAt: dateOf(data.notifiedAt),
      reviewBy: dateOf(data.reviewBy),
    });
  }),
  folds(lawChangeReviewed, async (tx, { data }) => {
    const { lawChangeId: id, outcome, impact: reviewImpact, documentHash = null } = data;
    const reviewedAt = dateOf(data.reviewedAt);
    await tx.manager.update(LawChange, { id }, { outcome, reviewImpact, reviewDocumentHash: documentHash, reviewedAt });
  }),
  folds(evidenceRecorded, async (tx, { data }) => {
    const { evidenceId: id, protocolId, byParty: party, measure, clause, documentHash, asOf } = data;
    const [validUntil, recordedAt] = [dateOf(data.validUntil), dateOf(data.recordedAt)];
    await tx.manager.insert(Evidence, {
      id,
      protocolId,
      party,
      measure,
      clause,
      documentHash,
      asOf,
      validUntil,
      recordedAt,
    });
  }),
  folds(evidenceRequested, async (tx, { data }) => {
    const { requestId: id, protocolId, byParty: party, ofParty, measures, clause = null } = data;
    const [requestedAt, answerBy] = [dateOf(data.requestedAt), dateOf(data.answerBy)];
    await tx.manager.insert(EvidenceRequest, {
      id,
      protocolId,
      party,
      ofParty,
      measures,
      clause,
      requestedAt,
      answerBy,
    });
  }),
  folds(evidenceDelivered, async (tx, { data }) => {
    const evidence = data.items.map(({ evidenceId }) => evidenceId);
    await tx.manager.update(
      EvidenceRequest,
      { id: data.requestId },
      { evidence, deliveredAt: dateOf(data.deliveredAt) },
    );
  }),
  folds(alertRaised, async (tx, { data }) => {
    const { alertId: id, protocolId, party, code, about = null, clause = null } = data;
    const [since, raisedAt] = [dateOf(data.since), dateOf(data.raisedAt)];
    await tx.manager.insert(Alert, { id, protocolId, party, code, about, clause, since, raisedAt, clearedAt: null });
  }),
  folds(alertCleared, async (tx, { data }) => {
    await tx.manager.update(Alert, { id: data.alertId }, { clearedAt: dateOf(data.clearedAt) });
  }),
  folds(alertAccessionRaised, async (tx, { data }) => {
    const { alertId: id, protocolId, party, finding: about, clause = null } = data;
    const [since, raisedAt] = [dateOf(data.since), dateOf(data.raisedAt)];
    const code = 'ACCESSION_BEYOND_FRAMEWORK';
    await tx.manager.insert(Alert, { id, protocolId, party, code, about, clause, since, raisedAt, clearedAt: null });
  }),
  folds(alertAccessionCleared, async (tx, { data }) => {
    await tx.manager.update(Alert, { id: data.alertId }, { clearedAt: dateOf(data.clearedAt) });
  }),
];

/** An address that was named after the backup is in no event before it is seen; one that the party named since takes its place. */
async function publication(
  tx: FoldTransaction,
  data: EventData<typeof protocolPublished> | EventData<typeof protocolPublicationLapsed>,
  change: Partial<Publication>,
): Promise<void> {
  const { publicationId: id, protocolId, version, party, url } = data;
  const observedAt = dateOf(data.observedAt);
  const seen = { failures: 0, lastCheckedAt: observedAt, nextCheckAt: observedAt, ...change };
  if (await tx.manager.existsBy(Publication, { id })) {
    await tx.manager.update(Publication, { id }, seen);
    return;
  }
  await tx.query(
    `UPDATE publication SET state = 'replaced', next_check_at = NULL
      WHERE protocol_id = $1 AND party = $2 AND state <> 'replaced'`,
    [protocolId, party],
  );
  await tx.manager.insert(Publication, {
    id,
    protocolId,
    version,
    party,
    url,
    recordedAt: observedAt,
    state: 'published',
    ...seen,
  });
}

async function processor(
  tx: FoldTransaction,
  data: EventData<typeof processorAdded> | EventData<typeof processorChanged>,
  change: Partial<Processor>,
): Promise<void> {
  const { processorId: id, protocolId, party, kind, name } = data;
  const { activities, authorisation, guarantees, contract } = data;
  await tx.manager.save(Processor, {
    ...{ id, protocolId, party, kind, name },
    enterpriseNumber: data.enterpriseNumber ?? null,
    under: data.under ?? null,
    particulars: {
      activities,
      ...(authorisation === undefined ? {} : { authorisation }),
      ...(guarantees === undefined ? {} : { guarantees }),
      ...(contract === undefined ? {} : { contract }),
    },
    clause: data.clause ?? null,
    blocked: data.state === 'blocked',
    ...change,
  });
}
