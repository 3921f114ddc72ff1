import { DomainError, formatInstant } from '@convenant/kernel';
import type { CommandContext } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation } from '@convenant/platform';

/** Who commands, and how the same command is known again. */
export interface CommandCall {
  readonly party: string;
  readonly userRef: string;
  readonly idempotency: {
    readonly party: string;
    readonly client: string;
    readonly key: string;
    readonly fingerprint: string;
  };
  readonly context: CommandContext;
}

/** @throws DomainError FORBIDDEN for a caller without a party */
export function commandCall(caller: CallerIdentity, { key, fingerprint, context }: CommandInformation): CommandCall {
  const party = partyOf(caller);
  return { party, userRef: caller.userRef, idempotency: { party, client: caller.client, key, fingerprint }, context };
}

/** @throws DomainError FORBIDDEN: breaches belong to a party, and the operator of the installation has none */
export function partyOf({ party }: CallerIdentity): string {
  if (party === undefined) throw new DomainError('FORBIDDEN', 'This is for a party');
  return party;
}

/** What a party may not know of, or what does not exist: one answer for both. */
export function notFound(kind: string, id: string): DomainError {
  return new DomainError('NOT_FOUND', `There is no ${kind} ${id}`);
}

/** RFC 3339 of what the database holds. */
export function iso(at: Date): string {
  return formatInstant(at.getTime());
}
