import { Inject, Injectable, Logger } from '@nestjs/common';
import type { SpanContext } from '@opentelemetry/api';
import type { BusBatch } from '../bus/bus.js';
import { inboxStatements, type PartitionRow } from '../db/inbox.statements.js';
import { MAX_AGGREGATES, Transactions } from '../outbox/transactions.js';
import type { Reads, WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { MessagingMetrics } from '../telemetry/messaging-metrics.js';
import { inBatchSpan } from '../telemetry/spans.js';
import { decodeMessage, type Message } from '../wire/decode-event.js';
import { BatchState } from './batch-state.js';
import { burialOf, bury, park, type Burial } from './dead-letters.js';
import { InboxPaused, OwnershipLost, permanentFailureIn, ReplayElsewhere } from './failure-kind.js';
import { MessageApplier } from './message-applier.js';
import { ProjectionRun } from './projection-run.js';

/** What a slice of a batch is applied under. */
interface Work {
  epoch: string;
  messages: Message[];
  batch: SpanContext;
  /** Set when the one message of the slice is known to be unhandleable. */
  burial?: Burial;
}

/** Where the partition stands: no row when it was never claimed. */
interface Standing {
  position: PartitionRow | undefined;
  state: BatchState;
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
  private readonly log = new Logger('inbox');

  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(MessagingMetrics) private readonly metrics: MessagingMetrics,
    @Inject(MessageApplier) private readonly applier: MessageApplier,
  ) {}

  /**
   * @returns the offset to go on from: behind the batch, or elsewhere when the batch does not begin where this service stands
   * @throws OwnershipLost when another member has claimed the partition since `epoch`; any transient failure, with the part
   * before it committed
   */
  async process(batch: BusBatch, epoch: string): Promise<bigint> {
    const { topic, records } = batch;
    return inBatchSpan('process', topic, records.length, async (span) => {
      let next = records[0]!.offset;
      for (const slice of this.slices(batch)) {
        // A transient failure may have come after an earlier slice was committed: then the retry starts behind it.
        const reached = await this.applySlice({ epoch, messages: slice, batch: span });
        if (reached !== slice.at(-1)!.record.offset + 1n) return reached;
        next = reached;
      }
      return next;
    });
  }

  /**
   * Cuts a batch so that no transaction locks more aggregates than it may, in order. A slice is decoded when it is its turn: a
   * large batch holds neither the event loop nor much memory.
   */
  private *slices({ topic, partition, records }: BusBatch): Generator<Message[]> {
    let slice: Message[] = [];
    let held = new Set<string>();
    for (const record of records) {
      const message = decodeMessage(record, this.settings.installation, topic, partition);
      const aggregates = this.applier.aggregatesOf(message);
      // One place is left for the id of a dead letter.
      const added = aggregates.reduce((count, aggregate) => count + (held.has(aggregate) ? 0 : 1), 0);
      if (slice.length > 0 && held.size + added >= MAX_AGGREGATES) {
        yield slice;
        slice = [];
        held = new Set();
      }
      slice.push(message);
      for (const aggregate of aggregates) held.add(aggregate);
    }
    yield slice;
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

  private async apply(work: Work): Promise<bigint> {
    const { messages, burial } = work;
    let redelivered = 0;
    const { topic, partition, record } = messages[0]!;
    const aggregates = messages.flatMap((message) => this.applier.aggregatesOf(message));
    if (burial) aggregates.push(burial.id);
    const reached = await this.transactions.run<bigint, Standing>(
      { aggregates, evenDuring: 'replay' },
      async (tx, _notFree, { position, state }) => {
        if (!position || position.owner_epoch !== work.epoch) throw new OwnershipLost(topic, partition);
        if (position.paused) throw new InboxPaused();
        const expected = BigInt(position.next_offset);
        if (record.offset !== expected) return expected;
        const due = dueOf(position, messages);
        const run = new ProjectionRun(tx, work.batch);
        for (const message of due) {
          await this.handle(tx, state, run, message, work);
          state.pass(message);
        }
        await run.write();
        const next = due.at(-1)!.record.offset + 1n;
        state.write(tx, topic, partition, next);
        redelivered = state.redelivered;
        return next;
      },
      (reads) => lookAt(reads, messages),
    );
    this.metrics.redeliveries(topic, redelivered);
    return reached;
  }

  private async handle(
    tx: WriteTransaction,
    state: BatchState,
    run: ProjectionRun,
    message: Message,
    work: Work,
  ): Promise<void> {
    const project = state.isNewToProjections(message);
    const react = state.isNewToReactions(message);
    if (!project && !react) return state.passOver();
    const block = state.blockOf(message);
    // The dead letter itself comes again in a replay: it stays where it is.
    if (block) return block.message_offset === String(message.record.offset) ? undefined : park(tx, message, block.id);
    if (work.burial) return bury(tx, message, work.burial, this.settings.service);
    if (message.fault) throw message.fault;
    const event = message.event!;
    if (project && !state.takeVersion(event.subject, event.aggregateVersion)) return state.passOver();
    if (project && (await run.take(event, this.applier.handlers.of(event.name)))) return;
    await this.applier.apply(tx, event, { project, react }, work.batch);
  }
}

/** The partition's row, held to the end, then what is known of its messages' aggregates: asked for in one go. */
async function lookAt(reads: Reads, messages: readonly Message[]): Promise<Standing> {
  const { topic, partition } = messages[0]!;
  const [positions, state] = await Promise.all([
    reads.query<PartitionRow>(inboxStatements.hold, [topic, partition]),
    BatchState.read(reads, messages),
  ]);
  state.standAt(positions[0]);
  return { position: positions[0], state };
}

/**
 * During a replay only what was handled before is due: decisions need whole replicas.
 * @throws ReplayElsewhere when this partition is done and others are not
 */
function dueOf({ replaying, replay_until }: PartitionRow, messages: readonly Message[]): readonly Message[] {
  if (!replaying) return messages;
  const until = replay_until === null ? 0n : BigInt(replay_until);
  const due = messages.filter(({ record }) => record.offset < until);
  if (due.length === 0) throw new ReplayElsewhere();
  return due;
}
