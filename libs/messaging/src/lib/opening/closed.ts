import { DomainError } from '@convenant/kernel';

/** DI token: whether this process has a relay, which compares the database with its topic. The trail has none to compare. */
export const RELAYS = Symbol('RELAYS');

/**
 * Why a service is closed: its relay has not compared the database with the topic since the server started (`unchecked`), the
 * database is older than the topic (`behind`), it is on another cluster (`cluster`), or its replicas are being built anew or
 * catch up after a rebase (`replaying`).
 */
export type Closed = 'unchecked' | 'behind' | 'cluster' | 'replaying';

/** Of the statement `stateOfService`. */
export interface StateRow {
  verified: boolean;
  closed_because: 'behind' | 'cluster' | null;
  replaying: boolean;
}

const sentences: Record<Closed, string> = {
  unchecked: 'The service is closed: its relay has not compared the database with the topic yet',
  behind:
    'The service is closed: its topic has events that the database lacks, so the database was restored from before; an operator must rebase it',
  cluster: 'The service is closed: the database is on another cluster than before; an operator must rebase it',
  replaying:
    'The service is closed until its replicas know again what other services had said when the replay or the rebase began',
};

export function whyClosed(state: StateRow, relays: boolean): Closed | undefined {
  if (relays && !state.verified) return state.closed_because ?? 'unchecked';
  return state.replaying ? 'replaying' : undefined;
}

export function sentenceOf(why: Closed): string {
  return sentences[why];
}

/** Retryable: the same command may succeed once the service is open. */
export function closedError(why: Closed): DomainError {
  return new DomainError('UNAVAILABLE', sentences[why]);
}
