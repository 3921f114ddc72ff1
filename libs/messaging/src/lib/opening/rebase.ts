import type { FactService } from '@convenant/contracts';
import { DomainError, formatInstant } from '@convenant/kernel';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { DataSource } from 'typeorm';
import type { BusConsumer, BusReader } from '../bus/bus.js';
import { openingStatements } from '../db/opening.statements.js';
import { rebaseStatements } from '../db/rebase.statements.js';
import { foldPause } from '../operations/pauses.js';
import { operationOf, recordOperation, type OperationRequest } from '../operations/operation-record.js';
import { Transactions } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { INBOX_CONSUMER } from '../inbox/inbox-consumer.token.js';
import { SUBSCRIBES } from '../inbox/subscribes.token.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { sourceOf, topicOf } from '../topics/topics.js';
import { Opening } from './opening.js';
import { FOLDED_FIRST, isOperational, NEVER_CARRIED, OWN_EVENT_FOLD, type OwnEventFold } from './own-event-fold.js';
import { OwnTopic, type OwnEvent } from './own-topic.js';
import { TOPIC_READER } from './restore-check.js';

const BATCH = 200;

/** What a rebase has done. */
export interface RebaseReport {
  /** Events of the topic that the database lacked and has now. */
  appended: number;
  /** Events that it had and had not known to be on the topic. */
  known: number;
  /** Rows that were never sent; they get the next numbers. */
  unsent: number;
  /** The last sequence on the topic. */
  sequence: number;
  /** What is lost, since no event carries it. */
  notCarried: string[];
}

/**
 * Brings a database that is older than its topic, or on another cluster, up to the topic, and opens the service.
 *
 * t0 reads the topic once without writing: nothing missing, all readable, no other history. t1 appends what the database lacks,
 * as it is, each with its fold, first what was erased; marked so that the relay passes it over. t2 one transaction moves the
 * cursor, begins an era and opens; t3 the inbox catches up with what other services have said by t2, and only then is anything
 * decided: at t2 the backup's replicas do not know the withdrawals and endings since. Interrupted, it is simply run again.
 * Nothing else writes meanwhile: the service is closed.
 */
@Injectable()
export class Rebase {
  private readonly log = new Logger('rebase');

  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(Opening) private readonly opening: Opening,
    @Inject(TOPIC_READER) private readonly makeReader: () => BusReader,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
    @Inject(SUBSCRIBES) private readonly subscribes: readonly FactService[],
    @Inject(INBOX_CONSUMER) private readonly consumer: BusConsumer,
  ) {}

  /**
   * @throws DomainError CONFLICT when the service is not closed for this, when another rebase runs, or when the app cannot fold
   * its own events; UNAVAILABLE when database and topic have not been compared yet
   */
  async run(request: OperationRequest): Promise<RebaseReport> {
    const closed = await this.opening.whyClosed();
    if (closed?.because === 'unchecked') throw new DomainError('UNAVAILABLE', closed.detail);
    if (closed?.because !== 'behind' && closed?.because !== 'cluster') {
      throw new DomainError('CONFLICT', 'The database is not older than its topic: there is nothing to rebase');
    }
    const runner = this.dataSource.createQueryRunner();
    try {
      const [lock] = (await runner.query(rebaseStatements.lock)) as { free: boolean }[];
      if (!lock!.free) throw new DomainError('CONFLICT', 'Another rebase of this service is under way');
      return await this.rebase(request);
    } finally {
      await runner.query(rebaseStatements.unlock).catch(() => undefined);
      await runner.release();
    }
  }

  private async rebase(request: OperationRequest): Promise<RebaseReport> {
    const operation = operationOf('rebase', 'outbox', request);
    const [cursor] = (await this.dataSource.query(openingStatements.cursor)) as { sequence: string }[];
    const from = Number(cursor!.sequence);
    const fold = this.foldOfApp();
    const reached = await this.inspect(from, fold);
    const first = new Set<string>(fold?.first ?? FOLDED_FIRST);
    const counts = { appended: 0, known: 0 };
    for (const isDue of [(name: string) => first.has(name), (name: string) => !first.has(name)]) {
      await this.append(from, fold, isDue, counts);
    }
    const positions = await this.whereOthersStand();
    const aggregates = [operation.id];
    return this.transactions.run({ aggregates, evenDuring: 'everything' }, async (tx) => {
      await tx.query(rebaseStatements.anchor, [operation.id, reached]);
      const [unsent] = await tx.query<{ rows: number }>(rebaseStatements.unsent);
      await tx.query(rebaseStatements.moveCursor, [reached]);
      await tx.query(rebaseStatements.open);
      for (const position of positions) await tx.query(rebaseStatements.catchUp, position);
      await recordOperation(tx, this.settings.service, operation, { ...counts, unsent: unsent!.rows });
      this.log.warn(`Rebased to sequence ${reached}: ${counts.appended} events appended`);
      const notCarried = [...NEVER_CARRIED, ...(fold?.notCarried ?? [])];
      return { ...counts, unsent: unsent!.rows, sequence: reached, notCarried };
    });
  }

  /** Topic, partition, source, start and end of every partition that this service reads and that has anything. */
  private async whereOthersStand(): Promise<unknown[][]> {
    const { installation } = this.settings;
    const positions: unknown[][] = [];
    for (const service of this.subscribes) {
      const topic = topicOf(installation, service);
      for (const [partition, { start, end }] of await this.consumer.logBounds(topic)) {
        if (start < end)
          positions.push([topic, partition, sourceOf(installation, service), String(start), String(end)]);
      }
    }
    return positions;
  }

  private foldOfApp(): OwnEventFold | undefined {
    try {
      return this.modules.get<OwnEventFold>(OWN_EVENT_FOLD, { strict: false });
    } catch {
      return undefined;
    }
  }

  private ownTopic(): OwnTopic {
    return new OwnTopic(this.makeReader(), this.settings);
  }

  /** Looks before anything is written. @returns the last sequence on the topic */
  private async inspect(from: number, fold: OwnEventFold | undefined): Promise<number> {
    let reached = from;
    for await (const { event } of this.ownTopic().after(from)) {
      reached = event.sequence;
      const row = await this.rowOf(this.dataSource, event.subject, event.aggregateVersion);
      if (row && row.event_id !== event.id) {
        throw new DomainError(
          'CONFLICT',
          `Version ${event.aggregateVersion} of ${event.subject} is another event here than on the topic: this database has been written to since it was restored`,
        );
      }
      if (!row && !fold && !isOperational(event)) {
        throw new DomainError(
          'CONFLICT',
          `The service cannot learn its own ${event.name} again: it has no OWN_EVENT_FOLD`,
        );
      }
    }
    return reached;
  }

  private async append(
    from: number,
    fold: OwnEventFold | undefined,
    isDue: (name: string) => boolean,
    counts: { appended: number; known: number },
  ): Promise<void> {
    let batch: OwnEvent[] = [];
    const write = async () => {
      const events = batch;
      batch = [];
      if (events.length === 0) return;
      await this.transactions.run({ aggregates: [], evenDuring: 'everything' }, async (tx) => {
        for (const each of events) await this.appendOne(tx, fold, each, counts);
      });
    };
    for await (const each of this.ownTopic().after(from)) {
      if (isDue(each.event.name) && batch.push(each) >= BATCH) await write();
    }
    await write();
  }

  private async appendOne(
    tx: WriteTransaction,
    fold: OwnEventFold | undefined,
    own: OwnEvent,
    counts: { appended: number; known: number },
  ): Promise<void> {
    const { event } = own;
    // Marked: an earlier run that was interrupted has done it.
    if ((await tx.query(rebaseStatements.isMarked, [event.sequence])).length > 0) return;
    let row = await this.rowOf(tx, event.subject, event.aggregateVersion);
    if (row) counts.known += 1;
    else {
      [row] = await tx.query<Row>(rebaseStatements.insert, columnsOf(own));
      await tx.query(rebaseStatements.version, [event.subject, event.aggregateVersion]);
      if (isOperational(event)) await foldPause(tx, event);
      else await fold!.fold(tx, event);
      counts.appended += 1;
    }
    const { era, xid, id } = row!;
    await tx.query(rebaseStatements.mark, [era, xid, id, event.sequence, event.causationId, event.subject]);
  }

  private async rowOf(
    connection: { query(text: string, values: unknown[]): Promise<unknown> },
    subject: string,
    version: number,
  ): Promise<Row | undefined> {
    return ((await connection.query(rebaseStatements.row, [subject, version])) as Row[])[0];
  }
}

interface Row {
  era: number;
  xid: string;
  id: string;
  event_id: string;
}

function columnsOf({ event, data, classification }: OwnEvent): unknown[] {
  return [
    event.id,
    event.type,
    classification,
    event.subject,
    event.aggregateVersion,
    formatInstant(event.time),
    formatInstant(event.recordedTime),
    event.correlationId,
    event.causationId,
    event.traceparent ?? null,
    event.protocolId ?? null,
    event.protocolVersion ?? null,
    event.clause ?? null,
    event.actorParty ?? null,
    event.actorRef ?? null,
    data,
  ];
}
