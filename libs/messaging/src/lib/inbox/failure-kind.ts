import { DomainError } from '@convenant/kernel';
import { PermanentFailure } from './permanent-failure.js';

/** Position of a message's aggregate that was taken over by another member: this one's work is void. */
export class OwnershipLost extends Error {
  constructor(topic: string, partition: number) {
    super(`${topic}/${partition} has another owner now`);
    this.name = 'OwnershipLost';
  }
}

/** An operator has paused the inbox: wait in place. */
export class InboxPaused extends Error {
  constructor() {
    super('The inbox is paused');
    this.name = 'InboxPaused';
  }
}

/** Other partitions are being replayed: they must get their turn first. */
export class ReplayElsewhere extends Error {
  constructor() {
    super('Other partitions are being replayed');
    this.name = 'ReplayElsewhere';
  }
}

/**
 * The permanent failure that an error stands for, or undefined when it is transient.
 *
 * Permanent: what a handler says is permanent; a domain error that is not retryable; data that the tables refuse (SQLSTATE 22,
 * 23): the same message would fail the same way for ever. All else (database or broker gone, deadlock, a fault in the program)
 * is tried again in place, since moving on would need a dead letter per message.
 */
export function permanentFailureIn(error: unknown): PermanentFailure | undefined {
  if (error instanceof PermanentFailure) return error;
  if (error instanceof DomainError) {
    return error.retryable ? undefined : new PermanentFailure(`domain.${error.code}`, error.message, { cause: error });
  }
  const state = sqlState(error);
  if (state && /^2[23]/.test(state)) {
    // PostgreSQL's own message may quote the value.
    return new PermanentFailure(`database.${state}`, 'The tables refuse what the handler wrote', { cause: error });
  }
  return undefined;
}

/** SQLSTATE of an error of `pg`, also when TypeORM has wrapped it. */
export function sqlState(error: unknown): string | undefined {
  const { code, driverError } = (error ?? {}) as { code?: unknown; driverError?: { code?: unknown } };
  const state = driverError?.code ?? code;
  return typeof state === 'string' && /^[0-9A-Z]{5}$/.test(state) ? state : undefined;
}

/**
 * True for what `pg` says when its server goes or the pool has no connection in time: those errors have neither class nor code.
 * The condition passes; whether a statement under way had its effect is not known. TypeORM takes a runner away whose connection
 * was lost between two statements.
 */
export function isConnectionLoss(error: unknown): boolean {
  const { message, driverError } = (error ?? {}) as { message?: unknown; driverError?: { message?: unknown } };
  const text = driverError?.message ?? message;
  return typeof text === 'string' && connectionLoss.test(text);
}

const connectionLoss =
  /^(Connection terminated|timeout exceeded when trying to connect|timeout expired|Client (has encountered a connection error|was closed) and is not queryable|Query runner already released)/;
