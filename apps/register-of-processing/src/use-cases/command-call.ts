import { DomainError } from '@convenant/kernel';
import type { CommandContext } from '@convenant/messaging';
import type { CallerIdentity, CommandInformation, Role } from '@convenant/platform';

/** Who commands, and how the same command is known again. */
export interface CommandCall {
  /** Null for the operator of the installation. */
  readonly party: string | null;
  readonly roles: readonly Role[];
  readonly userRef: string;
  readonly idempotency: {
    readonly party: string;
    readonly client: string;
    readonly key: string;
    readonly fingerprint: string;
  };
  readonly context: CommandContext;
}

/** Commands of the operator have keys of their own beside those of the parties. */
const OPERATOR = 'installation';

export function commandCall(caller: CallerIdentity, { key, fingerprint, context }: CommandInformation): CommandCall {
  const { party = null, roles, userRef, client } = caller;
  return { party, roles, userRef, idempotency: { party: party ?? OPERATOR, client, key, fingerprint }, context };
}

/** @throws DomainError FORBIDDEN: the operator of the installation has no party */
export function partyOf({ party }: CallerIdentity): string {
  if (party === undefined) throw new DomainError('FORBIDDEN', 'This is for a party');
  return party;
}
