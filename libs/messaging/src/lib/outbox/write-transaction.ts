import type { EventData, EventDefinition } from '@convenant/contracts';
import type { EntityManager } from 'typeorm';
import type { CommandContext } from '../command-context.js';

export interface NewEvent<D extends EventDefinition> {
  /** The aggregate; must be locked. */
  subject: string;
  data: EventData<D>;
  context: CommandContext;
  protocolId?: string;
  protocolVersion?: number;
  clause?: string;
  /** Epoch milliseconds; default `now`. */
  occurredAt?: number;
}

/** A named statement is prepared once per connection. */
export type Statement = string | { readonly name: string; readonly text: string; readonly values?: unknown[] };

/** Reads on the connection of a transaction that is being opened. */
export interface Reads {
  query<R>(statement: Statement, values?: unknown[]): Promise<R[]>;
}

/** An open transaction that holds the locks of its aggregates. Unusable once it has ended. */
export interface WriteTransaction {
  /** TypeORM on the same connection. */
  readonly manager: EntityManager;
  /** `Clock` at the moment the locks were held, epoch milliseconds: one time for all the transaction writes. */
  readonly now: number;
  /** pg on the same connection; gives the rows. */
  query<R>(text: Statement, values?: unknown[]): Promise<R[]>;
  /**
   * A write whose result nobody needs. It goes out with the next `query`, or before the commit, which does not happen when it
   * fails; what `manager` does meanwhile comes before it.
   */
  send(statement: Statement, values?: unknown[]): void;
  /**
   * Adds an event to the outbox: written with the commit, or not at all. Its version is the next of its aggregate.
   * @throws AppendRefused when the aggregate is not locked, the event is another service's, or the data break the schema
   */
  append<D extends EventDefinition>(
    definition: D,
    event: NewEvent<D>,
  ): Promise<{ id: string; aggregateVersion: number; recordedAt: number }>;
  /** Version of an own aggregate, with what this transaction appended; 0 when there is none. */
  versionOf(aggregate: string): Promise<number>;
}
