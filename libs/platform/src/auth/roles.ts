/** What a caller may be within its party, and the two roles beside it. */
export const roles = ['agency', 'agency-user', 'signatory', 'dpo', 'ops', 'auditor', 'installation-admin'] as const;

export type Role = (typeof roles)[number];

/** Who may use a route: everybody, or a caller with at least one of the roles. */
export type Needs = { public: true } | { roles: readonly Role[] };

/** Who calls, as verified from the token. */
export interface CallerIdentity {
  /** The party whose registered issuer signed the token; absent for `installation-admin`. */
  party?: string;
  roles: Role[];
  /** As the issuer knows the person or system. Never in a log, topic or event: use `userRef`. */
  sub: string;
  issuer: string;
  unit?: string;
  /** True when the issuer says that the person is bound by professional secrecy. */
  secrecy: boolean;
  /** Pseudonym of issuer and `sub`, the same in every service of the installation. */
  userRef: string;
  /** The system that calls: `client_id`, `azp`, else the pseudonym of the person. */
  client: string;
  /** When the token expires, in epoch milliseconds of real time: what goes on, such as a stream, must end then. */
  expiresAt?: number;
}
