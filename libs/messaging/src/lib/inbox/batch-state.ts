import { inboxStatements, type BlockRow, type PartitionRow } from '../db/inbox.statements.js';
import type { Reads, WriteTransaction } from '../outbox/write-transaction.js';
import type { Message } from '../wire/decode-event.js';
import { PermanentFailure } from './permanent-failure.js';

/**
 * Where the service stands in one partition, inside the transaction of a batch: read at its begin under the partition's row
 * lock, moved message by message, written back at its end.
 */
export class BatchState {
  private readonly changed = new Map<string, number>();
  private doubles = 0;

  private projected = 0;
  private reacted = 0;

  private constructor(
    private readonly versions: Map<string, number>,
    private readonly blocks: readonly BlockRow[],
  ) {}

  /**
   * To be asked behind the lock of the partition's row; its positions follow by `standAt`.
   * @param also further aggregates whose versions may be moved
   */
  static async read(reads: Reads, messages: readonly Message[], also: readonly string[] = []): Promise<BatchState> {
    const { topic, partition } = messages[0]!;
    const distinct = new Set(also);
    for (const { subject } of messages) if (subject !== undefined) distinct.add(subject);
    const subjects = [...distinct];
    const [versions, blocks] = await Promise.all([
      reads.query<{ subject: string; version: string }>(inboxStatements.versions, [subjects]),
      reads.query<BlockRow>(inboxStatements.blocks, [subjects, topic, partition]),
    ]);
    return new BatchState(new Map(versions.map((row) => [row.subject, Number(row.version)])), blocks);
  }

  standAt(position: PartitionRow | undefined): this {
    this.projected = Number(position?.projected_sequence ?? 0);
    this.reacted = Number(position?.reacted_sequence ?? 0);
    return this;
  }

  /** Not behind the position of projections; unreadable messages have none and always count as new. */
  isNewToProjections(message: Message): boolean {
    return message.sequence === undefined || message.sequence > this.projected;
  }

  isNewToReactions(message: Message): boolean {
    return message.sequence === undefined || message.sequence > this.reacted;
  }

  /**
   * The block that the message is, or waits behind: of its aggregate, its key or its whole partition. What came before the dead
   * letter is free, also when a replay brings it again.
   * @param except a block that is being redriven
   */
  blockOf({ subject, record }: Message, except?: string): BlockRow | undefined {
    return this.blocks.find(
      (block) =>
        block.id !== except &&
        record.offset >= BigInt(block.message_offset) &&
        (block.scope === 'partition' ||
          (block.scope === 'aggregate' && block.subject === subject) ||
          (block.scope === 'key' && record.key !== null && block.message_key?.equals(record.key))),
    );
  }

  /**
   * Takes the version of an event's aggregate. Equal or lower: a duplicate, false. One more: true.
   * @throws PermanentFailure when versions are missing in between
   */
  takeVersion(subject: string, version: number): boolean {
    const known = this.versions.get(subject) ?? 0;
    if (version <= known) return false;
    if (version > known + 1) {
      throw new PermanentFailure('aggregateversion.gap', `Version ${version} of ${subject} follows version ${known}`);
    }
    this.versions.set(subject, version);
    this.changed.set(subject, version);
    return true;
  }

  /**
   * Goes on behind a version that an operator has given up.
   * @returns false when that version, or a later one, was applied already
   */
  giveUp(subject: string, version: number): boolean {
    if (version <= (this.versions.get(subject) ?? 0)) return false;
    this.versions.set(subject, version);
    this.changed.set(subject, version);
    return true;
  }

  /** It came again: nothing is to be done. */
  passOver(): void {
    this.doubles += 1;
  }

  get redelivered(): number {
    return this.doubles;
  }

  /** Both positions pass the message: it was handled, parked, buried or known. */
  pass(message: Message): void {
    if (message.sequence === undefined) return;
    this.projected = Math.max(this.projected, message.sequence);
    this.reacted = Math.max(this.reacted, message.sequence);
  }

  write(tx: WriteTransaction, topic: string, partition: number, nextOffset: bigint): void {
    tx.send(inboxStatements.advance, [
      topic,
      partition,
      String(nextOffset),
      this.projected,
      this.reacted,
      [...this.changed.keys()],
      [...this.changed.values()],
    ]);
  }
}
