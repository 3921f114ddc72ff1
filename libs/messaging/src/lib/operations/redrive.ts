import { deadLetterRedriven, type LostFact } from '@convenant/contracts';
import { DomainError, formatInstant } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { INVALID_SPAN_CONTEXT } from '@opentelemetry/api';
import { DataSource } from 'typeorm';
import { inboxStatements, type PartitionRow } from '../db/inbox.statements.js';
import { operatorStatements } from '../db/operator.statements.js';
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

/** What an operator says of a dead letter that it gives up. */
export interface Discard {
  /** Of the dead letter, as the list of them shows it: whoever gives one up has seen which. */
  messageHash: string;
  lost: LostFact;
}

interface Step {
  letterId: string;
  letter: LetterRow;
  operation: Operation;
  message: Message;
  isLetter: boolean;
  /** The first transaction of this run: it leaves the record of the operation. */
  begins: boolean;
  parked: number;
  burial?: Burial;
}

/** What a dead letter says that waits for a version which will never come. */
const VERSION_GAP = 'aggregateversion.gap';

/**
 * Handles a dead letter after all, or gives it up, then what waited behind it, in the order of their offsets, each in a transaction of its own
 * and once: with the locks of its aggregates and the partition's row, as the inbox does, but whatever the position says. The
 * transaction of the last one lifts the block; whatever the inbox wants to park meanwhile waits for that row.
 *
 * What is given up is named: the aggregate goes on behind the version that the operator says is lost. A dead letter that only
 * waits for a lost version is handled itself then.
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
   * @param discard instead of handling the dead letter
   * @throws DomainError NOT_FOUND; CONFLICT when it was redriven already, its bytes are erased, it still cannot be handled, or
   * what is said to be lost does not fit
   */
  async run(letterId: string, request: OperationRequest, discard?: Discard): Promise<RedriveReport> {
    const operation: Operation = discard
      ? { ...operationOf('discard', letterId, request), lost: discard.lost }
      : operationOf('redrive', letterId, request);
    const [letter] = (await this.dataSource.query(redriveStatements.letter, [letterId])) as LetterRow[];
    if (!letter) throw new DomainError('NOT_FOUND', `There is no dead letter ${letterId}`);
    assertPossible(letterId, letter, discard);
    const step = { letterId, letter, operation, parked: 0 };
    if (!letter.redriven_at) {
      const message = this.letterOf(letter);
      if (await this.handleLetter({ ...step, message, isLetter: true, begins: true })) return { parked: 0 };
    }
    return this.handleParked(step, letter.redriven_at !== null);
  }

  private async handleLetter(step: Step): Promise<boolean> {
    try {
      return (await this.handle(step)).lifted;
    } catch (error) {
      const failure = permanentFailureIn(error);
      // What is wrong with the operator's own words is no matter of the dead letter.
      if (!failure || (step.operation.lost && error instanceof DomainError)) throw error;
      throw new DomainError(
        'CONFLICT',
        `The dead letter ${step.letterId} still cannot be handled (${failure.failure})`,
        {},
        { cause: error },
      );
    }
  }

  private async handleParked(
    step: Omit<Step, 'message' | 'isLetter' | 'begins'>,
    goesOn: boolean,
  ): Promise<RedriveReport> {
    const { letterId, letter } = step;
    for (let parked = 0; ; parked += 1) {
      const [next] = (await this.dataSource.query(redriveStatements.next, [letterId])) as {
        message_offset: string;
        message: Buffer;
      }[];
      // Only when an earlier run handled the last one elsewhere: the block is gone with it.
      if (!next) return { parked };
      const message = this.decode(letter, next.message_offset, next.message);
      const one = { ...step, message, isLetter: false, begins: goesOn && parked === 0, parked: parked + 1 };
      const { lifted, blockedBy } = await this.handleOrBury(one);
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
    const named = step.isLetter ? operation.lost?.aggregate : undefined;
    const of = this.applier.aggregatesOf(message);
    const aggregates = [...of, letterId, operation.id, ...(burial ? [burial.id] : []), ...(named ? [named] : [])];
    return this.transactions.run({ aggregates }, async (tx) => {
      const { topic, partition } = letter;
      const [position] = await tx.query<PartitionRow>(inboxStatements.hold, [topic, partition]);
      if (!(await this.take(tx, step))) return { lifted: false };
      const state = (await BatchState.read(tx, [message], named ? [named] : [])).standAt(position);
      await this.apply(tx, step, state);
      state.write(tx, topic, partition, BigInt(position!.next_offset));
      if (step.begins && (await tx.query(operatorStatements.operation, [operation.id])).length === 0) {
        await recordOperation(tx, this.applier.settings.service, operation, {});
      }
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

  private async take(tx: WriteTransaction, { isLetter, letterId, message, operation }: Step): Promise<boolean> {
    const take = operation.lost ? redriveStatements.discardLetter : redriveStatements.takeLetter;
    const taken = isLetter
      ? await tx.query(take, [letterId, formatInstant(tx.now)])
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
    if (isLetter && step.operation.lost) {
      giveUp(state, step.operation.lost);
      if (step.letter.cause !== VERSION_GAP || !step.letter.message) return;
    }
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
        ...(operation.lost && { discarded: true as const }),
        reason: operation.request.reason,
        redrivenAt: formatInstant(tx.now),
      },
      context: contextOf(operation),
    });
  }

  private letterOf(letter: LetterRow): Message {
    if (letter.message) return this.decode(letter, letter.message_offset, letter.message);
    // Its bytes are erased: it can be given up all the same.
    const record = { offset: BigInt(letter.message_offset), key: null, value: null, headers: {} };
    const { topic, partition } = letter;
    return decodeMessage(record, this.applier.settings.installation, topic, partition);
  }

  private decode({ topic, partition }: LetterRow, offset: string, bytes: Buffer): Message {
    const record = readStoredMessage(bytes, BigInt(offset));
    return decodeMessage(record, this.applier.settings.installation, topic, partition);
  }
}

function assertPossible(letterId: string, letter: LetterRow, discard: Discard | undefined): void {
  const conflict = (why: string) => new DomainError('CONFLICT', why);
  const done = letter.discarded_at ? 'discarded' : 'redriven';
  if (letter.scope === null) throw conflict(`The dead letter ${letterId} was ${done} already`);
  if (letter.redriven_at) return;
  if (!discard) {
    if (!letter.message) throw conflict(`The bytes of the dead letter ${letterId} are erased`);
    return;
  }
  const { messageHash, lost } = discard;
  if (messageHash !== letter.message_hash)
    throw conflict(`The dead letter ${letterId} has another hash than ${messageHash}`);
  if ((lost.aggregate === undefined) !== (lost.aggregateVersion === undefined)) {
    throw new DomainError('INPUT_INVALID', 'A lost event is named by its aggregate and its version', {
      faults: [{ in: 'body', name: '/lost', detail: 'must have both aggregate and aggregateVersion, or neither' }],
    });
  }
  if (letter.subject !== null && lost.aggregate !== undefined && lost.aggregate !== letter.subject) {
    throw conflict(`The dead letter ${letterId} blocks the aggregate ${letter.subject}, not ${lost.aggregate}`);
  }
  if (letter.cause === VERSION_GAP && lost.aggregate === undefined) {
    throw conflict(`The dead letter ${letterId} waits for an earlier version of ${letter.subject}: say which is lost`);
  }
}

function giveUp(state: BatchState, { aggregate, aggregateVersion }: LostFact): void {
  if (aggregate === undefined || aggregateVersion === undefined) return;
  if (!state.giveUp(aggregate, aggregateVersion)) {
    throw new DomainError('CONFLICT', `Version ${aggregateVersion} of ${aggregate} is not lost: it was applied`);
  }
}
