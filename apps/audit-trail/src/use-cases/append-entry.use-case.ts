import { catalogue } from '@convenant/contracts';
import { PermanentFailure, type WriteTransaction } from '@convenant/messaging';
import * as statements from '../db/trail.statements.js';
import { reveal } from '../db/visibility.statements.js';
import { withoutPosition, type SequenceGap } from '../domain/sequence-gap.js';
import { basisOf, personOf, type ArrivedEvent } from '../domain/trail-entry.js';

/**
 * Appends an event to the trail and moves the completeness of its service, in the transaction of its batch: either all of
 * it is there, or the event will come again. One that is here already (a replay) changes nothing.
 * @throws PermanentFailure when another event has taken the same position of its service: the past does not change
 */
export async function appendToTrail(tx: WriteTransaction, event: ArrivedEvent): Promise<void> {
  // The head first: its lock orders everything that follows between batches of different partitions.
  const position = await append(tx, event);
  if (position === undefined) return assertSame(tx, event);
  await advance(tx, event);
  const known = await remember(tx, event);
  await tx.query({ ...reveal, values: [position, known.protocolId, known.consentId, known.counterparties] });
}

/** @returns its position; undefined when it is here already */
async function append(tx: WriteTransaction, event: ArrivedEvent): Promise<string | undefined> {
  const basis = basisOf(catalogue.get(event.type) ?? { sees: [] }, event);
  const [appended] = await tx.query<{ position: string }>({
    ...statements.appendEntry,
    values: [
      event.source,
      event.service,
      event.sequence,
      event.id,
      event.name,
      event.subject,
      event.aggregateVersion,
      event.time,
      event.recordedTime,
      event.protocolId,
      event.protocolVersion,
      event.clause,
      event.actorParty,
      event.actorRef,
      event.correlationId,
      event.causationId,
      JSON.stringify(event.data),
      basis.sees,
      basis.protocolId,
      basis.consentId,
      basis.aboutParty,
      basis.requesterParty,
      basis.counterparty,
      basis.cause?.service,
      basis.cause?.subject,
      basis.cause?.aggregateVersion,
      event.type,
      event.traceparent,
      personOf(event.data),
    ],
  });
  return appended?.position;
}

async function assertSame(tx: WriteTransaction, { source, sequence, id }: ArrivedEvent): Promise<void> {
  const [known] = await tx.query<{ id: string }>({ ...statements.entryAt, values: [source, sequence] });
  if (known?.id !== id) {
    throw new PermanentFailure('sequence.taken', `Position ${sequence} of ${source} holds another event`);
  }
}

/** Which positions are missing follows from what was known and the one that has just arrived, never from a scan. */
async function advance(tx: WriteTransaction, { source, service, sequence }: ArrivedEvent): Promise<void> {
  const next = await tx.query({ ...statements.advanceProgress, values: [source, sequence] });
  if (next.length > 0) return;
  await tx.query({ ...statements.beginProgress, values: [source, service] });
  const [progress] = await tx.query<{ highest: string }>({ ...statements.progressOf, values: [source] });
  const highest = Number(progress!.highest);
  if (sequence > highest) {
    await tx.query({ ...statements.raiseHighest, values: [source, sequence] });
    if (sequence > highest + 1) await addGap(tx, source, { first: highest + 1, last: sequence - 1 });
    return;
  }
  const around = await tx.query<{ first: string; last: string }>({
    ...statements.takeGapAround,
    values: [source, sequence],
  });
  for (const { first, last } of around) {
    for (const left of withoutPosition({ first: Number(first), last: Number(last) }, sequence)) {
      await addGap(tx, source, left);
    }
  }
}

async function addGap(tx: WriteTransaction, source: string, { first, last }: SequenceGap): Promise<void> {
  await tx.query({ ...statements.addGap, values: [source, first, last] });
}

/** What has just become known, and may show earlier entries to more readers. */
interface Known {
  protocolId?: string;
  consentId?: string;
  counterparties?: string[];
}

/** The two small replicas that visibility is decided by, and the parties that get a topic. */
async function remember(tx: WriteTransaction, { name, data }: ArrivedEvent): Promise<Known> {
  if (name === 'party.registered') {
    await tx.query({ ...statements.rememberTopic, values: [data['partyId']] });
  }
  if (name === 'protocol.drafted') {
    const { protocolId, parties } = data as { protocolId: string; parties: { sender: string; receiver: string } };
    const { sender, receiver } = parties;
    await tx.query({ ...statements.rememberParties, values: [protocolId, sender, receiver] });
    return { protocolId, counterparties: [sender, receiver] };
  }
  if (name === 'disclosure.authorized' && typeof data['consentId'] === 'string') {
    const consentId = data['consentId'];
    const first = await tx.query({ ...statements.rememberDisclosed, values: [consentId] });
    if (first.length > 0) return { consentId };
  }
  return {};
}
