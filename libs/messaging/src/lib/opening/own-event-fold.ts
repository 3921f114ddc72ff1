import type { WriteTransaction } from '../outbox/write-transaction.js';
import type { ReceivedEvent } from '../wire/received-event.js';

/** DI token of the app's `OwnEventFold`; provide it in any module of the app. */
export const OWN_EVENT_FOLD = Symbol('OWN_EVENT_FOLD');

/**
 * How a service learns again, from its own events on its topic, what a restored database has forgotten. Without one a service
 * whose topic has such events cannot be rebased.
 */
export interface OwnEventFold {
  /**
   * Brings the tables to where they were after this event. Called once per event, in one transaction with the event's outbox
   * row, while the service is closed; in order of `sequence`, except for what `first` names. Appends nothing.
   */
  fold(tx: Pick<WriteTransaction, 'query' | 'manager' | 'now'>, event: ReceivedEvent): Promise<void>;
  /** Names of events that are folded before all others. Default: `values.erased`, `subject.mapping.erased`. */
  first?: readonly string[];
  /** What no event carries and is therefore lost, by name, for the operator's list: `values`, `passphrases`, `addresses`. */
  notCarried?: readonly string[];
}

/** What is erased is erased before anything else is learnt. */
export const FOLDED_FIRST = ['values.erased', 'subject.mapping.erased'] as const;

/** Events of this lib: of them only what is paused is kept, and folded by the rebase itself. */
export function isOperational(event: { name: string }): boolean {
  return event.name.startsWith('deadLetter.') || event.name === 'operation.performed';
}

/** What no event carries in any service. */
export const NEVER_CARRIED = ['idempotency keys of commands', 'bytes of dead letters'] as const;
