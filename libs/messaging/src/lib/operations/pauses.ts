import type { EventData, FactService, operationPerformed } from '@convenant/contracts';
import { DomainError } from '@convenant/kernel';
import { Inject, Injectable } from '@nestjs/common';
import { Transactions } from '../outbox/transactions.js';
import type { WriteTransaction } from '../outbox/write-transaction.js';
import type { ReceivedEvent } from '../wire/received-event.js';
import { MESSAGING_SETTINGS, type MessagingSettings } from '../settings.js';
import { operationOf, recordOperation, type OperationRequest } from './operation-record.js';

/** `relay`: nothing more is sent. `inbox`: nothing more is handled; the members stay in their group. */
export type Pausable = 'relay' | 'inbox';

const statements: Record<Pausable, string> = {
  relay: 'UPDATE service_state SET relay_paused = $1 WHERE relay_paused <> $1 RETURNING single',
  inbox: 'UPDATE service_state SET inbox_paused = $1 WHERE inbox_paused <> $1 RETURNING single',
};

/** What was paused and resumed in a history that the database has lost, from the events that told it. */
export async function foldPause(tx: Pick<WriteTransaction, 'query'>, event: ReceivedEvent): Promise<void> {
  if (event.name !== 'operation.performed') return;
  const { operation, target } = event.data as EventData<(typeof operationPerformed)[FactService]>;
  if ((operation !== 'pause' && operation !== 'resume') || !isPausable(target)) return;
  await tx.query(statements[target], [operation === 'pause']);
}

function isPausable(target: string): target is Pausable {
  return target in statements;
}

/** Pausing and resuming, kept in the database: it holds for every process of the service, and over restarts. */
@Injectable()
export class Pauses {
  constructor(
    @Inject(Transactions) private readonly transactions: Transactions,
    @Inject(MESSAGING_SETTINGS) private readonly settings: MessagingSettings,
  ) {}

  /** @throws DomainError CONFLICT when it is so already */
  async set(what: Pausable, paused: boolean, request: OperationRequest): Promise<void> {
    const operation = operationOf(paused ? 'pause' : 'resume', what, request);
    // Also during a replay, which a paused inbox would never end.
    await this.transactions.run({ aggregates: [operation.id], evenDuring: 'replay' }, async (tx) => {
      const changed = await tx.query(statements[what], [paused]);
      if (changed.length === 0) {
        throw new DomainError('CONFLICT', `The ${what} is ${paused ? 'paused already' : 'not paused'}`);
      }
      await recordOperation(tx, this.settings.service, operation, {});
    });
  }
}
