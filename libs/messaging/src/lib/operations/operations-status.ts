import type { DeadLetterList, DeadLetterView, OperationsStatusView, OperationView } from '@convenant/contracts';
import { formatInstant, type Clock } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import { metricStatements } from '../db/metric.statements.js';
import { operatorStatements, type DeadLetterRow, type OperationRow } from '../db/operator.statements.js';
import { RELAYS } from '../opening/closed.js';
import { Opening } from '../opening/opening.js';
import { CLOCK, MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';

/** What operators look at: positions, causes and hashes, never the content of a message. Works while the service is closed. */
@Injectable()
export class OperationsStatus {
  constructor(
    @Inject(DataSource) private readonly dataSource: DataSource,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RELAYS) private readonly relays: boolean,
    @Inject(Opening) private readonly opening: Opening,
  ) {}

  async status(): Promise<OperationsStatusView> {
    const closed = await this.opening.whyClosed();
    const [paused] = await this.rows<{ relay: boolean; inbox: boolean }>(operatorStatements.paused);
    const [{ letters }] = (await this.rows<{ letters: number }>(metricStatements.deadLetters)) as [{ letters: number }];
    const operations = await this.rows<OperationRow>(operatorStatements.operations);
    return {
      service: this.settings.service,
      ...(closed && { closed }),
      ...(this.relays && { relay: await this.relay(paused!.relay) }),
      inbox: { paused: paused!.inbox, partitions: await this.partitions(), losses: await this.losses() },
      deadLetters: letters,
      operations: operations.map((row) => ({ ...operationOfRow(row), actorRef: row.actor_ref })),
    };
  }

  /** Those that block something, the oldest first. @param limit at most so many */
  async deadLetters(limit: number): Promise<DeadLetterList> {
    const rows = await this.rows<DeadLetterRow>(operatorStatements.deadLetters, [limit]);
    const [count] = await this.rows<{ letters: number }>(metricStatements.deadLetters);
    return { items: rows.map((row) => this.deadLetterOf(row)), total: count!.letters };
  }

  /** What an operation left behind; undefined when there is none with this id. */
  async operation(id: string): Promise<OperationView | undefined> {
    const [row] = await this.rows<OperationRow>(operatorStatements.operation, [id]);
    return row && operationOfRow(row);
  }

  private async relay(paused: boolean): Promise<NonNullable<OperationsStatusView['relay']>> {
    const [row] = await this.rows<{ sequence: string; oldest: Date | null }>(metricStatements.outbox);
    const { sequence, oldest } = row!;
    return { paused, sequence: Number(sequence), ...(oldest && { oldestUnsentSeconds: this.secondsSince(oldest) }) };
  }

  private async partitions(): Promise<OperationsStatusView['inbox']['partitions']> {
    const rows = await this.rows<{
      topic: string;
      partition: number;
      next_offset: string;
      replay_until: string | null;
    }>(operatorStatements.partitions);
    return rows.map(({ topic, partition, next_offset: nextOffset, replay_until: until }) => ({
      topic,
      partition,
      nextOffset,
      ...(until !== null && { replayUntil: until }),
    }));
  }

  private async losses(): Promise<OperationsStatusView['inbox']['losses']> {
    const rows = await this.rows<{ topic: string; partition: number; from_offset: string; to_offset: string }>(
      operatorStatements.losses,
    );
    return rows.map(({ topic, partition, from_offset: fromOffset, to_offset: toOffset }) => {
      return { topic, partition, fromOffset, toOffset };
    });
  }

  private deadLetterOf(row: DeadLetterRow): DeadLetterView {
    const { id, cause, topic, partition, scope, subject, parked } = row;
    return {
      id,
      cause,
      topic,
      partition,
      offset: row.message_offset,
      messageHash: row.message_hash,
      recordedAt: formatInstant(row.recorded_at.getTime()),
      ageSeconds: this.secondsSince(row.recorded_at),
      blocks: {
        scope,
        ...(subject !== null && { aggregate: subject, appliedVersion: Number(row.applied_version ?? 0) }),
      },
      parked: {
        messages: parked,
        ...(row.first_offset !== null && { firstOffset: row.first_offset }),
        ...(row.last_offset !== null && { lastOffset: row.last_offset }),
      },
      bytesErased: row.bytes_erased,
      interrupted: row.interrupted,
    };
  }

  private secondsSince(at: Date): number {
    return Math.max(0, Math.floor((this.clock.now() - at.getTime()) / 1_000));
  }

  private rows<R>(text: string, values: unknown[] = []): Promise<R[]> {
    return this.dataSource.query(text, values);
  }
}

function operationOfRow({
  id,
  operation,
  target,
  reason,
  counts,
  lost,
  performed_at: at,
}: OperationRow): OperationView {
  const performedAt = formatInstant(at.getTime());
  return { operationId: id, operation, target, reason, ...(lost && { lost }), counts, performedAt };
}
