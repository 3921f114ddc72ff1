import {
  barrierApplied,
  disclosureAuthorized,
  disclosureCollected,
  disclosureDelivered,
  disclosureDeliveryUnconfirmed,
  disclosureFailed,
  disclosureRefused,
  erasureWithheld,
  type EventData,
  subjectMappingErased,
  subjectRegistered,
  valuesErased,
} from '@convenant/contracts';
import {
  dateOf,
  folds,
  type FoldTransaction,
  type NamedFold,
  NOT_CARRIED,
  type ReceivedEvent,
  runAll as run,
} from '@convenant/messaging';
import type { ProtocolModel } from '@convenant/protocol';
import { type DecidedDisclosure, insertDeliveries, insertDisclosures } from '../db/decision.statements.js';
import { endDelivery } from '../db/delivery.statements.js';
import {
  type Collectable,
  type DisclosureRow,
  insertCollection,
  markCollected,
  markDelivered,
  markFailed,
  markState,
  selectDisclosure,
} from '../db/disclosure.statements.js';
import { insertErasureAnswer } from '../db/erasure.statements.js';
import { deleteKeys, foldMappingErased } from '../db/mapping.statements.js';
import { selectModel } from '../db/fact.statements.js';
import {
  foldArchive,
  foldBarrier,
  foldConsentUse,
  foldErased,
  foldErasedEnvelopes,
  foldErasedItems,
  foldNextGeneration,
  foldSubject,
  selectFoldedErasures,
} from '../db/fold.statements.js';
import { foldLookUpClosed, insertLookUp, markOrigins, markRoute } from '../db/look-up.statements.js';

/** Subjects, disclosures, barriers and erasures. */
export const disclosureFolds: readonly NamedFold[] = [
  folds(subjectRegistered, (tx, { data }) =>
    run(tx, foldSubject(data.subjectRef, data.protocolId, data.party, data.registeredAt)),
  ),
  folds(subjectMappingErased, (tx, { data: { subjectRef, protocolId, party, erasedAt } }) =>
    run(tx, deleteKeys(subjectRef), foldMappingErased(subjectRef, protocolId, party, erasedAt)),
  ),
  folds(disclosureRefused, async (tx, event) => {
    await run(tx, insertDisclosures([refusedRow(event)]));
    const { correlationId, id: causationId } = event;
    if (event.data.lookUp) await run(tx, foldedLookUp(event, 'closed', { correlationId, causationId }));
  }),
  folds(disclosureAuthorized, authorized),
  folds(disclosureDelivered, async (tx, { data }) => {
    const { disclosureId, deliveredAt, archiveDigest, archiveBytes } = data;
    await run(
      tx,
      foldArchive(disclosureId, archiveDigest ?? null, archiveBytes ?? null),
      markDelivered(disclosureId, dateOf(deliveredAt)),
      endDelivery(disclosureId),
      foldLookUpClosed(disclosureId),
    );
    const { items, receipt, controllerOfTransfer } = data;
    if (items) await run(tx, markOrigins(disclosureId, items));
    if (controllerOfTransfer) await run(tx, markRoute(disclosureId, receipt ?? null, controllerOfTransfer));
  }),
  folds(disclosureFailed, (tx, { data }) =>
    run(
      tx,
      markFailed(data.disclosureId, data.code),
      endDelivery(data.disclosureId),
      foldLookUpClosed(data.disclosureId),
    ),
  ),
  folds(disclosureDeliveryUnconfirmed, (tx, { data }) => run(tx, markState(data.disclosureId, 'unconfirmed'))),
  folds(disclosureCollected, async (tx, { data, actorRef }) => {
    const { disclosureId, what, collectedAt } = data;
    const generation = data.generation ?? 1;
    const at = dateOf(collectedAt);
    const by = actorRef ?? NOT_CARRIED;
    await run(
      tx,
      insertCollection(disclosureId, by, what as Collectable, generation, at),
      markCollected(disclosureId, at),
    );
  }),
  folds(barrierApplied, (tx, { data: { cause } }) =>
    run(tx, foldBarrier(cause.service, cause.subject, cause.aggregateversion)),
  ),
  folds(valuesErased, erased),
  folds(erasureWithheld, (tx, { data }) =>
    run(tx, insertErasureAnswer(data.erasureId, data.disclosureId, 'withheld', dateOf(data.withheldAt))),
  ),
];

/** Without a lease: nobody fetches any more. */
function foldedLookUp(
  { data, actorRef }: ReceivedEvent<EventData<typeof disclosureRefused>> | Authorized,
  state: 'open' | 'closed',
  context: unknown,
) {
  const { identifierKind, absentKinds, task, capacity, authorizationId, supervisor } = data.lookUp!;
  const row = {
    disclosure_id: data.disclosureId,
    user_ref: actorRef ?? NOT_CARRIED,
    identifier_kind: identifierKind,
    absent_kinds: absentKinds,
    task,
    capacity: capacity ?? null,
    authorization_id: authorizationId ?? null,
    supervisor: supervisor ?? null,
    context,
    asked_at: dateOf(data.requestedAt),
    state,
    attempt_id: null,
  };
  return insertLookUp(row, null);
}

type Authorized = ReceivedEvent<EventData<typeof disclosureAuthorized>>;

/**
 * The ledger and the used consent come back, the values do not. The delivery is put up again: unless a later event ends it, it
 * finds nothing to send and ends `disclosure.failed`.
 */
async function authorized(tx: FoldTransaction, event: Authorized): Promise<void> {
  const { data } = event;
  const { disclosureId, protocolId, protocolVersion, consentId } = data;
  const [known] = await tx.query<{ model: ProtocolModel }>(selectModel(protocolId, protocolVersion));
  const clauseOf = (item: string) => known?.model.dataItems.find(({ id }) => id === item)?.clause ?? data.clause;
  const context = { correlationId: event.correlationId, causationId: event.id };
  const row = {
    ...common(event),
    verdict: 'permitted' as const,
    protocol_version: protocolVersion,
    clause: data.clause,
    state: 'authorized' as const,
    route_id: data.channel.route,
    ledger: data.items.map((item) => ({ item, fields: [], clause: clauseOf(item) })),
  };
  // What is not known is as strict as can be: only a recipient that the protocol frees of it needs no secrecy.
  const recipient = known?.model.recipients.find(({ category }) => category === data.recipient.category);
  await run(
    tx,
    insertDisclosures([{ ...row, requires_secrecy: recipient?.requiresSecrecy ?? true }]),
    ...(data.lookUp ? [foldedLookUp(event, 'open', context)] : [insertDeliveries([{ disclosureId, context }])]),
  );
  if (consentId && (known?.model.consent.use.occurrences ?? 1) === 1)
    await run(tx, foldConsentUse(consentId, disclosureId));
  for (const before of await tx.query<{ data: string }>(selectFoldedErasures(disclosureId))) {
    await markLedger(tx, JSON.parse(before.data) as EventData<typeof valuesErased>);
  }
}

async function erased(tx: FoldTransaction, { data }: ReceivedEvent<EventData<typeof valuesErased>>): Promise<void> {
  const { disclosureId, generation, counts } = data;
  // Counts of zero: it says again what an earlier event said.
  if (counts.keys > 0) await run(tx, foldErasedEnvelopes(disclosureId, generation));
  const [row] = await tx.query<DisclosureRow>(selectDisclosure(disclosureId));
  if (row) await markLedger(tx, data);
}

async function markLedger(tx: FoldTransaction, data: EventData<typeof valuesErased>): Promise<void> {
  const { disclosureId, items, erasedAt, erasureId, generation, counts } = data;
  await run(tx, foldErasedItems(disclosureId, items, erasedAt), foldErased(disclosureId, erasedAt));
  if (counts.keys > 0) await run(tx, foldNextGeneration(disclosureId, generation + 1));
  if (erasureId) await run(tx, insertErasureAnswer(erasureId, disclosureId, 'erased', dateOf(erasedAt)));
}

function refusedRow(event: ReceivedEvent<EventData<typeof disclosureRefused>>): DecidedDisclosure {
  const { verdict, code, clause, missing } = event.data;
  return { ...common(event), verdict, code, clause: clause ?? null, missing: missing ?? null, state: 'refused' };
}

function common(event: ReceivedEvent<EventData<typeof disclosureRefused>> | Authorized): DecidedDisclosure {
  const { data } = event;
  return {
    id: data.disclosureId,
    protocol_id: data.protocolId,
    protocol_version: null,
    subject_ref: data.subjectRef,
    requester_party: data.requesterParty,
    requester_ref: event.actorRef ?? NOT_CARRIED,
    requester_unit: data.requesterUnit ?? null,
    purpose: data.purpose,
    consent_id: data.consentId ?? null,
    recipient_party: data.recipient.party,
    recipient_unit: data.recipient.unit,
    recipient_category: data.recipient.category,
    requires_secrecy: true,
    items: data.items,
    verdict: 'refused',
    code: null,
    clause: null,
    missing: null,
    state: 'refused',
    route_id: null,
    requested_at: dateOf(data.requestedAt),
    ledger: null,
  };
}
