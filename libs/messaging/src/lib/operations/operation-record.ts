import { operationPerformed, type EventData, type FactService, type LostFact } from '@convenant/contracts';
import { DomainError, formatInstant, newId } from '@convenant/kernel';
import type { CommandContext } from '../command-context.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import type { MessagingService } from '../settings.js';

/** Who asks for an operation, and why. */
export interface OperationRequest {
  /** Names things by their ids and nobody by name: it travels in an event. 1 to 300 characters. */
  reason: string;
  /** `userRef` or client id. */
  actorRef: string;
  /** Party of the actor, if it has one. */
  actorParty?: string;
  /** Id of the operation, so that one which was interrupted goes on under the same; default: a new one. */
  operationId?: string;
}

export type OperationKind = EventData<(typeof operationPerformed)[FactService]>['operation'];

/** An operation under way; its id is an aggregate that its transaction must lock. */
export interface Operation {
  id: string;
  kind: OperationKind;
  target: string;
  request: OperationRequest;
  /** What is given up with it. */
  lost?: LostFact;
}

const RECORD = `INSERT INTO operation (id, operation, target, reason, actor_ref, counts, performed_at, lost)
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`;

/** @throws DomainError INPUT_INVALID without a reason or an actor */
export function operationOf(kind: OperationKind, target: string, request: OperationRequest): Operation {
  const { reason, actorRef } = request;
  if (reason.trim() === '' || reason.length > 300) {
    throw new DomainError('INPUT_INVALID', 'An operation needs a reason of 1 to 300 characters');
  }
  if (actorRef === '') throw new DomainError('INPUT_INVALID', 'An operation needs to know who asks for it');
  return { id: request.operationId ?? newId(), kind, target, request };
}

export function contextOf({ id, request }: Operation): CommandContext {
  const { actorRef, actorParty } = request;
  return { correlationId: id, causationId: id, actorRef, ...(actorParty === undefined ? {} : { actorParty }) };
}

/**
 * Says what was done, in the transaction that did it: a row, and the event `operation.performed`. The trail has no outbox; there
 * the row alone says so.
 */
export async function recordOperation(
  tx: WriteTransaction,
  service: MessagingService,
  operation: Operation,
  counts: Record<string, number>,
): Promise<void> {
  const { id, kind, target, request, lost } = operation;
  const performedAt = formatInstant(tx.now);
  const { reason, actorRef } = request;
  const given = lost ? JSON.stringify(lost) : null;
  await tx.query(RECORD, [id, kind, target, reason, actorRef, JSON.stringify(counts), performedAt, given]);
  if (service === 'audit') return;
  await tx.append(operationPerformed[service], {
    subject: id,
    data: { operationId: id, operation: kind, target, reason, ...(lost && { lost }), counts, performedAt },
    context: contextOf(operation),
  });
}
