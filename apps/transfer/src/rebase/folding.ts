import type { EventData, EventDefinition } from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import type { OwnEventFold, ReceivedEvent } from '@convenant/messaging';
import type { Statement } from '../db/statement.js';

/** The transaction in which an event is learnt again. */
export type FoldTransaction = Parameters<OwnEventFold['fold']>[0];

/** How one kind of event is learnt again. */
export type Fold<D extends EventDefinition> = (
  tx: FoldTransaction,
  event: ReceivedEvent<EventData<D>>,
) => Promise<void>;

/** Folds by the name of the event. */
export type Folds = ReadonlyMap<string, Fold<EventDefinition>>;

/** Pairs a definition with its fold, so that the data have their type. */
export function folds<D extends EventDefinition>(definition: D, fold: Fold<D>): [string, Fold<EventDefinition>] {
  return [definition.name, fold as unknown as Fold<EventDefinition>];
}

export async function run(tx: FoldTransaction, ...statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) await tx.query(statement);
}

export function dateOf(instant: string): Date {
  return new Date(parseInstant(instant));
}
