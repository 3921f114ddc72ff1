import type { FactService } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { BusConsumer } from '../bus/bus.js';
import { INBOX_CONSUMER } from '../inbox/inbox-consumer.token.js';
import { SUBSCRIBES } from '../inbox/subscribes.token.js';
import { Transactions } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { topicOf } from '../topics/topics.js';
import { operationOf, recordOperation, type OperationRequest } from './operation-record.js';

/** DI token of the app's `Replicas`; provide it in any module of the app. */
export const REPLICAS = Symbol('REPLICAS');

/** What an app keeps of other services' facts. */
export interface Replicas {
  /** Deletes all that the projections of this service's events have written, so that they can write it again. */
  clear(tx: Pick<WriteTransaction, 'query' | 'manager'>, service: FactService): Promise<void>;
}

const statements = {
  hold: 'SELECT partition FROM inbox_partition WHERE topic = $1 ORDER BY partition FOR UPDATE',
  forget: 'DELETE FROM inbox_version WHERE topic = $1',
  /** The new owner epoch takes the partition from whoever holds it: it is claimed again, at the start of the log. */
  rewind: `UPDATE inbox_partition SET next_offset = $3, projected_sequence = 0, replay_until = next_offset, owner_epoch = owner_epoch + 1
            WHERE topic = $1 AND partition = $2 AND next_offset > $3 RETURNING partition`,
} as const;

/**
 * Builds the replicas of one service's facts anew from the start of its log. Reactions do not happen again. Until it has reached
 * where it stood, the service is closed: a decision on half a replica would be a wrong one.
 */
@Injectable()
export class Replay {
  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
    @Inject(SUBSCRIBES) private readonly subscribes: readonly FactService[],
    @Inject(INBOX_CONSUMER) private readonly consumer: BusConsumer,
    @Inject(ModuleRef) private readonly modules: ModuleRef,
  ) {}

  /**
   * Begins the replay; the inbox of any process does it.
   * @throws DomainError CONFLICT when the service does not read these facts, or its app has no `REPLICAS`; UNAVAILABLE while
   * another replay is under way
   */
  async run(of: FactService, request: OperationRequest): Promise<void> {
    const operation = operationOf('replay', of, request);
    const replicas = this.replicasOfApp();
    if (!this.subscribes.includes(of))
      throw new DomainError('CONFLICT', `The service does not read the facts of ${of}`);
    if (!replicas) throw new DomainError('CONFLICT', 'The service has no REPLICAS to build anew');
    const topic = topicOf(this.settings.installation, of);
    const bounds = await this.consumer.logBounds(topic);
    await this.transactions.run({ aggregates: [operation.id] }, async (tx) => {
      await tx.query(statements.hold, [topic]);
      await tx.query(statements.forget, [topic]);
      await replicas.clear(tx, of);
      let partitions = 0;
      for (const [partition, { start }] of bounds) {
        partitions += (await tx.query(statements.rewind, [topic, partition, String(start)])).length;
      }
      await recordOperation(tx, this.settings.service, operation, { partitions });
    });
  }

  private replicasOfApp(): Replicas | undefined {
    try {
      return this.modules.get<Replicas>(REPLICAS, { strict: false });
    } catch {
      return undefined;
    }
  }
}
