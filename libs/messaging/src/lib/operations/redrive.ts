import { deadLetterRedriven } from '@convenant/contracts';
import { DomainError, formatInstant } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { INVALID_SPAN_CONTEXT } from '@opentelemetry/api';
import { DataSource } from 'typeorm';
import { inboxStatements, type PartitionRow } from '../db/inbox.statements.js';
import { redriveStatements, type LetterRow } from '../db/redrive.statements.js';
import { BatchState } from '../inbox/batch-state.js';
import { blockFor, burialOf, bury, type Burial } from '../inbox/dead-letters.js';
import { permanentFailureIn } from '../inbox/failure-kind.js';
import { MessageApplier } from '../inbox/message-applier.js';
import { readStoredMessage } from '../inbox/stored-message.js';
import { Transactions } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { decodeMessage, type Message } from '../wire/decode-event.js';
import { contextOf, operationOf, recordOperation, type Operation, type OperationRequest } from './operation-record.js';

/** What a redrive has done. */
export interface RedriveReport {
  /** Messages behind the dead letter that were handled. */
  parked: number;
  /** The new dead letter behind which the rest goes on waiting; absent when nothing is blocked any more. */
  blockedBy?: string;
}

interface Step {
  letterId: string;
  letter: LetterRow;
  operation: Operation;
  message: Message;
  isLetter: boolean;
  parked: number;
  burial?: Burial;
}

/**
 * Handles a dead letter after all, then what waited behind it, in the order of their offsets, each in a transaction of its own
 * and once: with the locks of its aggregates and the partition's row, as the inbox does, but whatever the position says. The
 * transaction of the last one lifts the block; whatever the inbox wants to park meanwhile waits for that row.
 */
@Injectable()
export class Redrive {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(MessageApplier) private readonly applier: MessageApplier,
  ) {}

  /**
   * Run again after an interruption it goes on where it was. A waiting message that fails for good becomes a dead letter itself
   * and takes the block over.
   * @throws DomainError NOT_FOUND; CONFLICT when it was redriven already, its bytes are erased, or it still cannot be handled
   */
  async run(letterId: string, request: OperationRequest): Promise<RedriveReport> {
    const operation = operationOf('redrive', letterId, request);
    const [letter] = (await this.dataSource.query(redriveStatements.letter, [letterId])) as LetterRow[];
    if (!letter) throw new DomainError('NOT_FOUND', `There is no dead letter ${letterId}`);
    if (letter.scope === null) throw new DomainError('CONFLICT', `The dead letter ${letterId} was redriven already`);
    if (!letter.redriven_at && !letter.message) {
      throw new DomainError('CONFLICT', `The bytes of the dead letter ${letterId} are erased`);
    }
    const step = { letterId, letter, operation, parked: 0 };
    if (!letter.redriven_at) {
      const message = this.decode(letter, letter.message_offset, letter.message!);
      if (await this.handleLetter({ ...step, message, isLetter: true })) return { parked: 0 };
    }
    return this.handleParked(step);
  }

  private async handleLetter(step: Step): Promise<boolean> {
    try {
      return (await this.handle(step)).lifted;
    } catch (error) {
      const failure = permanentFailureIn(error);
      if (!failure) throw error;
      throw new DomainError(
        'CONFLICT',
        `The dead letter ${step.letterId} still cannot be handled (${failure.failure})`,
        {},
        { cause: error },
      );
    }
  }

  private async handleParked(step: Omit<Step, 'message' | 'isLetter'>): Promise<RedriveReport> {
    const { letterId, letter } = step;
    for (let parked = 0; ; parked += 1) {
      const [next] = (await this.dataSource.query(redriveStatements.next, [letterId])) as {
        message_offset: string;
        message: Buffer;
      }[];
      // Only when an earlier run handled the last one elsewhere: the block is gone with it.
      if (!next) return { parked };
      const message = this.decode(letter, next.message_offset, next.message);
      const { lifted, blockedBy } = await this.handleOrBury({ ...step, message, isLetter: false, parked: parked + 1 });
      if (lifted) return { parked: blockedBy === undefined ? parked + 1 : parked, ...(blockedBy && { blockedBy }) };
    }
  }

  private async handleOrBury(step: Step): Promise<{ lifted: boolean; blockedBy?: string }> {
    try {
      return await this.handle(step);
    } catch (error) {
      const failure = permanentFailureIn(error);
      if (!failure) throw error;
      // In a partition's or key's block it may be of an aggregate that is not blocked for itself yet.
      const takesOver = blockFor(step.message).scope === step.letter.scope ? step.letterId : undefined;
      return this.handle({ ...step, parked: step.parked - 1, burial: burialOf(failure, takesOver) });
    }
  }

  private handle(step: Step): Promise<{ lifted: boolean; blockedBy?: string }> {
    const { letterId, letter, operation, message, burial } = step;
    const aggregates = [...this.applier.aggregatesOf(message), letterId, operation.id, ...(burial ? [burial.id] : [])];
    return this.transactions.run({ aggregates }, async (tx) => {
      const { topic, partition } = letter;
      const [position] = await tx.query<PartitionRow>(inboxStatements.hold, [topic, partition]);
      if (!(await this.take(tx, step))) return { lifted: false };
      const state = await BatchState.read(tx, position!, [message]);
      await this.apply(tx, step, state);
      await state.write(tx, topic, partition, BigInt(position!.next_offset));
      if (step.isLetter) await recordOperation(tx, this.applier.settings.service, operation, {});
      if (burial?.takesOver === undefined) {
        const [{ waits }] = (await tx.query<{ waits: boolean }>(redriveStatements.waits, [letterId])) as [
          { waits: boolean },
        ];
        if (waits) return { lifted: false };
        await tx.query(redriveStatements.lift, [letterId]);
      }
      const blockedBy = burial?.takesOver === undefined ? undefined : burial.id;
      await this.recordRedriven(tx, step, blockedBy);
      return { lifted: true, ...(blockedBy && { blockedBy }) };
    });
  }

  private async take(tx: WriteTransaction, { isLetter, letterId, message }: Step): Promise<boolean> {
    const taken = isLetter
      ? await tx.query(redriveStatements.takeLetter, [letterId, formatInstant(tx.now)])
      : await tx.query(redriveStatements.next, [letterId]);
    if (isLetter) return taken.length > 0;
    const [next] = taken as { message_offset: string }[];
    return next?.message_offset === String(message.record.offset);
  }

  private async apply(tx: WriteTransaction, step: Step, state: BatchState): Promise<void> {
    const { letterId, message, burial, isLetter } = step;
    const offset = String(message.record.offset);
    const other = state.blockOf(message, letterId);
    if (other && !isLetter) {
      await tx.query(redriveStatements.moveParked, [letterId, offset, other.id]);
      return;
    }
    if (!isLetter) await tx.query(redriveStatements.takeParked, [letterId, offset]);
    if (burial) return bury(tx, message, burial, this.applier.settings.service);
    if (message.fault) throw message.fault;
    const event = message.event!;
    if (!state.takeVersion(event.subject, event.aggregateVersion)) return;
    await this.applier.apply(tx, event, { project: true, react: true }, INVALID_SPAN_CONTEXT);
  }

  private async recordRedriven(
    tx: WriteTransaction,
    { letterId, operation, parked }: Step,
    blockedBy: string | undefined,
  ): Promise<void> {
    const { service } = this.applier.settings;
    if (service === 'audit') return;
    await tx.append(deadLetterRedriven[service], {
      subject: letterId,
      data: {
        deadLetterId: letterId,
        operationId: operation.id,
        parked,
        ...(blockedBy === undefined ? {} : { blockedBy }),
        reason: operation.request.reason,
        redrivenAt: formatInstant(tx.now),
      },
      context: contextOf(operation),
    });
  }

  private decode({ topic, partition }: LetterRow, offset: string, bytes: Buffer): Message {
    const record = readStoredMessage(bytes, BigInt(offset));
    return decodeMessage(record, this.applier.settings.installation, topic, partition);
  }
}
