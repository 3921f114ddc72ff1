import { deadLetterRecorded, type EventData, type FactService } from '@convenant/contracts';
import { formatInstant, isUuid, newId } from '@convenant/kernel';
import { inboxStatements } from '../db/inbox.statements.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import type { MessagingService } from '../settings.js';
import { headerOf } from '../wire/attributes.js';
import type { Message } from '../wire/decode-event.js';
import type { PermanentFailure } from './permanent-failure.js';
import { messageHash, storedMessage } from './stored-message.js';

type Block = { scope: 'aggregate'; subject: string } | { scope: 'key'; key: Buffer } | { scope: 'partition' };

/** A dead letter to be: its id is an aggregate of this service and must be locked before anything else. */
export interface Burial {
  id: string;
  failure: PermanentFailure;
  /** A block that passes on to it with all that waits behind it; otherwise it gets a block of its own. */
  takesOver?: string;
}

export function burialOf(failure: PermanentFailure, takesOver?: string): Burial {
  return { id: newId(), failure, ...(takesOver === undefined ? {} : { takesOver }) };
}

/**
 * Keeps a message that cannot be handled, blocks what it belongs to, and says so in `deadLetter.recorded`, in the transaction
 * that passes it. The trail (`audit`) has no outbox: there the row alone says so.
 */
export async function bury(
  tx: WriteTransaction,
  message: Message,
  burial: Burial,
  service: MessagingService,
): Promise<void> {
  const { topic, partition, record } = message;
  const { id, failure } = burial;
  const stored = storedMessage(record);
  const hash = messageHash(stored);
  const recordedAt = formatInstant(tx.now);
  const offset = String(record.offset);
  const detail = failure.message.slice(0, 500);
  const letter = [id, topic, partition, offset, failure.failure, detail, hash, stored, recordedAt];
  await tx.query(inboxStatements.deadLetter, letter);
  const block = blockFor(message);
  if (burial.takesOver !== undefined) await tx.query(inboxStatements.passBlock, [burial.takesOver, id]);
  else {
    const subject = block.scope === 'aggregate' ? block.subject : null;
    const key = block.scope === 'key' ? block.key : null;
    await tx.query(inboxStatements.block, [id, block.scope, topic, partition, subject, key, recordedAt]);
  }
  if (service === 'audit') return;
  await appendRecorded(tx, service, message, {
    deadLetterId: id,
    topic,
    partition,
    offset,
    cause: failure.failure,
    blocks: block.scope === 'aggregate' ? { scope: block.scope, subject: block.subject } : { scope: block.scope },
    messageHash: hash,
    recordedAt,
  });
}

/** Puts a message behind the block, in its place. */
export async function park(tx: WriteTransaction, message: Message, blockId: string): Promise<void> {
  const { topic, partition, record } = message;
  const values = [topic, partition, String(record.offset), blockId, storedMessage(record), formatInstant(tx.now)];
  await tx.query(inboxStatements.park, values);
}

/** What a dead letter blocks: its aggregate, else its key, else its partition. */
export function blockFor({ subject, record }: Message): Block {
  if (subject !== undefined) return { scope: 'aggregate', subject };
  const key = record.key;
  if (key !== null && key.length > 0)
    return isUuid(key.toString()) ? { scope: 'aggregate', subject: key.toString() } : { scope: 'key', key };
  return { scope: 'partition' };
}

async function appendRecorded(
  tx: WriteTransaction,
  service: FactService,
  { event, record }: Message,
  data: EventData<(typeof deadLetterRecorded)[FactService]>,
): Promise<void> {
  const id = record.headers[headerOf.id]?.toString();
  const causationId = event?.id ?? (isUuid(id) ? id : data.deadLetterId);
  await tx.append(deadLetterRecorded[service], {
    subject: data.deadLetterId,
    data,
    context: { correlationId: event?.correlationId ?? causationId, causationId, traceparent: event?.traceparent },
  });
}
