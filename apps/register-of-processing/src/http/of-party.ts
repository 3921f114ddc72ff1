import type { Role } from '@convenant/platform';

/** Anyone of a party; who within it may do what is decided by the use case, which knows the officers of the register. */
export const ofParty: { roles: readonly Role[] } = { roles: ['agency', 'agency-user', 'signatory', 'dpo', 'ops'] };
