import { Inject, Injectable, Logger } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import { formatInstant, isUuid } from '@convenant/kernel';
import type { BusBatch } from '../bus/bus.js';
import { inboxStatements, type PartitionRow } from '../db/inbox.statements.js';
import { MAX_AGGREGATES, Transactions } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { inBatchSpan, inProcessSpan } from '../telemetry/spans.js';
import { traceparentOf } from '../telemetry/trace-context.js';
import { decodeMessage, type Message } from '../wire/decode-event.js';
import type { ReceivedEvent } from '../wire/received-event.js';
import { BatchState } from './batch-state.js';
import { burialOf, bury, park, type Burial } from './dead-letters.js';
import { OwnershipLost, permanentFailureIn } from './failure-kind.js';
import type { HandlerContext } from './handler-decorators.js';
import { HandlerRegistry } from './handler-registry.js';
import { PermanentFailure } from './permanent-failure.js';

/** What a slice of a batch is applied under. */
interface Work {
  epoch: string;
  messages: Message[];
  batch: SpanContext;
  /** Set when the one message of the slice is known to be unhandleable. */
  burial?: Burial;
}

/**
 * Applies batches: effects, positions, versions and offsets in one transaction, under the locks of every aggregate concerned.
 * The same batch again, or after a crash at any point, changes nothing.
 *
 * t0 locks (no transaction id yet); t1 the partition's row, held to the end; t2 projections, then reactions, message by
 * message; t3 positions; t4 commit. A permanent failure rolls the slice back; its messages are then applied one by one and
 * only the bad one is buried.
 */
@Injectable()
export class InboxProcessor {
  readonly handlers = new HandlerRegistry();
  private readonly log = new Logger('inbox');

  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
  ) {}

  /**
   * @returns the offset to go on from: behind the batch, or elsewhere when the batch does not begin where this service stands
   * @throws OwnershipLost when another member has claimed the partition since `epoch`; any transient failure, with the part
   * before it committed
   */
  async process({ topic, partition, records }: BusBatch, epoch: string): Promise<bigint> {
    const messages = records.map((record) => decodeMessage(record, this.settings.installation, topic, partition));
    return inBatchSpan('process', topic, messages.length, async (batch) => {
      let next = messages[0]!.record.offset;
      for (const slice of this.slices(messages)) {
        // A transient failure may have come after an earlier slice was committed: then the retry starts behind it.
        const reached = await this.applySlice({ epoch, messages: slice, batch });
        if (reached !== slice.at(-1)!.record.offset + 1n) return reached;
        next = reached;
      }
      return next;
    });
  }

  /** Cuts a batch so that no transaction locks more aggregates than it may, in order. */
  private *slices(messages: readonly Message[]): Generator<Message[]> {
    let slice: Message[] = [];
    let held = new Set<string>();
    for (const message of messages) {
      const aggregates = this.aggregatesOf(message);
      // One place is left for the id of a dead letter.
      if (slice.length > 0 && new Set([...held, ...aggregates]).size >= MAX_AGGREGATES) {
        yield slice;
        slice = [];
        held = new Set();
      }
      slice.push(message);
      for (const aggregate of aggregates) held.add(aggregate);
    }
    yield slice;
  }

  /** The message's own aggregate, which a redrive locks too, and those its reactions append to. */
  private aggregatesOf(message: Message): string[] {
    const { event, subject } = message;
    if (!event) return subject === undefined ? [] : [subject];
    try {
      const named = this.handlers.reactionsTo(event.name).flatMap((reaction) => reaction.aggregates(event));
      if (!named.every(isUuid)) throw new TypeError('An aggregate is named by a lower-case UUID');
      if (named.length >= MAX_AGGREGATES) throw new RangeError(`More than ${MAX_AGGREGATES} aggregates for one event`);
      return [event.subject, ...named];
    } catch (error) {
      // Tried again it would fail the same way, and the batch could not even be locked.
      message.fault = new PermanentFailure('reaction.aggregates', (error as Error).message, { cause: error });
      return [event.subject];
    }
  }

  private async applySlice(work: Work): Promise<bigint> {
    try {
      return await this.apply(work);
    } catch (error) {
      if (!permanentFailureIn(error)) throw error;
    }
    let next = work.messages[0]!.record.offset;
    for (const message of work.messages) {
      next = await this.applyOne({ ...work, messages: [message] });
      if (next !== message.record.offset + 1n) return next;
    }
    return next;
  }

  private async applyOne(work: Work): Promise<bigint> {
    try {
      return await this.apply(work);
    } catch (error) {
      const failure = permanentFailureIn(error);
      if (!failure) throw error;
      const { topic, partition, record } = work.messages[0]!;
      this.log.error(`Dead letter at ${topic}/${partition}/${record.offset}: ${failure.failure}`);
      return this.apply({ ...work, burial: burialOf(failure) });
    }
  }

  private apply(work: Work): Promise<bigint> {
    const { messages, burial } = work;
    const aggregates = messages.flatMap((message) => this.aggregatesOf(message));
    if (burial) aggregates.push(burial.id);
    return this.transactions.run({ aggregates }, async (tx) => {
      const { topic, partition, record } = messages[0]!;
      const [position] = await tx.query<PartitionRow>(inboxStatements.hold, [topic, partition]);
      if (!position || position.owner_epoch !== work.epoch) throw new OwnershipLost(topic, partition);
      const expected = BigInt(position.next_offset);
      if (record.offset !== expected) return expected;
      const state = await BatchState.read(tx, position, messages);
      for (const message of messages) {
        await this.handle(tx, state, message, work);
        state.pass(message);
      }
      const next = messages.at(-1)!.record.offset + 1n;
      await state.write(tx, topic, partition, next);
      return next;
    });
  }

  private async handle(tx: WriteTransaction, state: BatchState, message: Message, work: Work): Promise<void> {
    const project = state.isNewToProjections(message);
    const react = state.isNewToReactions(message);
    if (!project && !react) return;
    const block = state.blockOf(message);
    if (block) return park(tx, message, block.id);
    if (work.burial) return bury(tx, message, work.burial, this.settings.service);
    if (message.fault) throw message.fault;
    const event = message.event!;
    if (project && !state.takeVersion(event.subject, event.aggregateVersion)) return;
    await inProcessSpan(event, work.batch, async (span) => {
      const traceparent = (span && traceparentOf(span)) ?? event.traceparent;
      const context: HandlerContext = { tx, command: commandOf(event, traceparent) };
      if (project) for (const handle of this.handlers.projectionsOf(event.name)) await handle(event, context);
      if (react) await this.react(tx, event, context);
    });
  }

  private async react(tx: WriteTransaction, event: ReceivedEvent, context: HandlerContext): Promise<void> {
    for (const { reaction, handle } of this.handlers.reactionsTo(event.name)) {
      const first = await tx.query(inboxStatements.react, [reaction, event.id, formatInstant(tx.now)]);
      if (first.length > 0) await handle(event, context);
    }
  }
}

/** Whoever caused the event also caused what follows from it. */
function commandOf(event: ReceivedEvent, traceparent: string | undefined): HandlerContext['command'] {
  const { correlationId, id, actorParty, actorRef } = event;
  return {
    correlationId,
    causationId: id,
    ...(traceparent === undefined ? {} : { traceparent }),
    ...(actorParty === undefined ? {} : { actorParty }),
    ...(actorRef === undefined ? {} : { actorRef }),
  };
}
