import { catalogue, type EventData, type EventDefinition, type FactService } from '@convenant/contracts';
import { parseInstant } from '@convenant/kernel';
import type { ReceivedEvent } from '../wire/received-event.js';
import type { Statement } from '../outbox/write-transaction.js';
import { isOperational, type OwnEventFold } from './own-event-fold.js';

/** The transaction in which an event is learnt again. */
export type FoldTransaction = Parameters<OwnEventFold['fold']>[0];

type Fold<D extends EventDefinition> = (tx: FoldTransaction, event: ReceivedEvent<EventData<D>>) => Promise<unknown>;

/** How one kind of event is learnt again. */
export interface NamedFold {
  definition: EventDefinition;
  fold: Fold<EventDefinition>;
}

/** Pairs a definition with its fold, so that the data have their type. */
export function folds<D extends EventDefinition>(definition: D, fold: Fold<D>): NamedFold {
  return { definition, fold: fold as unknown as Fold<EventDefinition> };
}

/** Declares that an event changes no table of the service, and why; a reader of the folds must see that it was thought of. */
export function changesNothing(definition: EventDefinition, because: string): NamedFold {
  if (because.trim() === '') throw new TypeError(`Say why ${definition.name} changes nothing`);
  return { definition, fold: () => Promise.resolve() };
}

/**
 * The folds of a service, complete: made at start, so that a service with an event which it could not learn again does not start.
 *
 * @param notCarried see `OwnEventFold`
 * @throws TypeError when an event of the catalogue has none, has two, or is another service's
 */
export function ownEventFolds(
  service: FactService,
  named: readonly NamedFold[],
  notCarried: readonly string[],
  first?: readonly string[],
): OwnEventFold {
  const byName = new Map(named.map(({ definition, fold }) => [definition.name, fold]));
  const own = [...catalogue.values()].filter((event) => event.service === service && !isOperational(event));
  const missing = own.filter(({ name }) => !byName.has(name)).map(({ name }) => name);
  const foreign = named.filter(({ definition }) => !own.includes(definition)).map(({ definition }) => definition.name);
  if (missing.length > 0) throw new TypeError(`${service} cannot learn its own ${missing.join(', ')} again: no fold`);
  if (foreign.length > 0) throw new TypeError(`${service} does not say ${foreign.join(', ')}`);
  if (byName.size < named.length) throw new TypeError(`An event of ${service} has two folds`);
  return {
    notCarried,
    ...(first && { first }),
    async fold(tx, event) {
      await byName.get(event.name)!(tx, event as ReceivedEvent<never>);
    },
  };
}

export async function runAll(tx: FoldTransaction, ...statements: readonly Statement[]): Promise<void> {
  for (const statement of statements) await tx.query(statement);
}

/** An instant of an event as `pg` takes it. */
export function dateOf(instant: string): Date {
  return new Date(parseInstant(instant));
}

/** Stands where no event says who acted: a record that is learnt again names nobody by guess. */
export const NOT_CARRIED = 'not-carried';
