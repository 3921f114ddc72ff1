import type { CallerIdentity, Role } from '@convenant/platform';
import { ofParty } from './of-party.js';

/** Who may ask for the register of a party; the use case, which knows the officers of the register, lets fewer read it. */
export const registerReaders: { roles: readonly Role[] } = { roles: [...ofParty.roles, 'auditor'] };

export function readerOf({ party, roles, userRef }: CallerIdentity) {
  return { party: party ?? null, roles, userRef };
}
