/**
 * Every error a caller can meet, with whether the same call may succeed later without being changed.
 *
 * The HTTP status of each stands in one table in `libs/platform`; each has a page `docs/problems/<CODE>.md`. The codes of
 * a *refusal* (a decided disclosure) are not errors and live in `libs/protocol`.
 */
export const problemCodes = {
  ANSWER_ERASED: { retryable: false, title: 'The answer has been erased' },
  BODY_MALFORMED: { retryable: false, title: 'The body cannot be read' },
  BODY_TOO_LARGE: { retryable: false, title: 'The body is too large' },
  COMMAND_IN_PROGRESS: { retryable: true, title: 'The same command is still in progress' },
  CONFLICT: { retryable: false, title: 'The command does not fit the present state' },
  DATABASE_TOO_NEW: { retryable: false, title: 'The database is newer than this program' },
  DOCUMENT_HASH_MISMATCH: { retryable: false, title: 'The hash is not that of this draft' },
  FORBIDDEN: { retryable: false, title: 'Not allowed' },
  IDEMPOTENCY_KEY_MISSING: { retryable: false, title: 'The Idempotency-Key header is missing' },
  IDEMPOTENCY_KEY_REUSED: { retryable: false, title: 'The Idempotency-Key was used for another command' },
  IDENTIFIER_INVALID: { retryable: false, title: 'An identifier has wrong check digits' },
  INPUT_INVALID: { retryable: false, title: 'The input does not have the required shape' },
  INTERNAL: { retryable: true, title: 'Something went wrong on our side' },
  NOT_FOUND: { retryable: false, title: 'Not found' },
  NOTICE_INCOMPLETE: { retryable: false, title: 'The notice lacks information points' },
  OPINION_NOT_BY_DPO: { retryable: false, title: 'An opinion is given by the data protection officer' },
  PARTY_EXISTS: { retryable: false, title: 'The party is already registered' },
  PARTY_UNKNOWN: { retryable: false, title: 'The party is not registered' },
  PASSPHRASE_WITHHELD: { retryable: false, title: 'The passphrase is withheld' },
  PROTOCOL_INVALID: { retryable: false, title: 'The protocol file has errors' },
  SIGNATORY_NOT_NAMED: { retryable: false, title: 'The signatory is not named in the protocol' },
  SUBJECT_CONFLICT: { retryable: false, title: 'The references point to two persons' },
  SUBJECT_NOT_IDENTIFIABLE: { retryable: false, title: 'The person can no longer be identified' },
  TRANSITION_ILLEGAL: { retryable: false, title: 'The protocol does not allow this step now' },
  UNAUTHENTICATED: { retryable: false, title: 'No valid token' },
  UNAVAILABLE: { retryable: true, title: 'Temporarily unavailable' },
  VERSION_NOT_SEEN: { retryable: true, title: 'A fact that the caller has seen has not arrived here yet' },
} as const satisfies Record<string, { retryable: boolean; title: string }>;

export type ProblemCode = keyof typeof problemCodes;

/** One fault of the input: where it stands and what is wrong with it. */
export interface InputFault {
  /** `body`, `query`, `path` or `header`. */
  in: 'body' | 'query' | 'path' | 'header';
  /** JSON Pointer (RFC 6901) or the parameter's name. */
  name: string;
  /** What is wrong and what would be right; never the value itself. */
  detail: string;
}

/**
 * A caller's mistake or a state that forbids the command: expected, stable by `code`, without personal data.
 *
 * A refused disclosure is not an error. Our own faults are thrown as ordinary errors with their `cause`.
 */
export class DomainError extends Error {
  readonly retryable: boolean;

  /**
   * @param detail what, which and why, for example `Protocol 7f3c… cannot be suspended: it ended at …Z`; ids only
   * @param extra `clause` quoted back, `faults` of the input, further members of the problem body
   */
  constructor(
    readonly code: ProblemCode,
    detail: string,
    readonly extra: { clause?: string; faults?: readonly InputFault[]; members?: Record<string, unknown> } = {},
    options?: ErrorOptions,
  ) {
    super(detail, options);
    this.name = 'DomainError';
    this.retryable = problemCodes[code].retryable;
  }
}
