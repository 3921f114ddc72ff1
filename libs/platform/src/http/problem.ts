import { DomainError, problemCodes, type InputFault, type ProblemCode } from '@convenant/kernel';
import { isConnectionLoss } from '@convenant/messaging';
import { statusOf } from './status-table.js';

/** A problem body (RFC 9457) in the form of the Belgif REST guide. */
export interface Problem {
  type: string;
  href: string;
  title: string;
  status: number;
  detail: string;
  instance: string;
  code: ProblemCode;
  retryable: boolean;
  clause?: string;
  issues?: readonly InputFault[];
  [member: string]: unknown;
}

/** `urn:problem-type:convenant:idempotencyKeyReused` for `IDEMPOTENCY_KEY_REUSED`. */
export function problemType(code: ProblemCode): string {
  const name = code.toLowerCase().replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  return `urn:problem-type:convenant:${name}`;
}

/** The page that explains a code, relative to the root of the documentation. */
export function problemPage(code: ProblemCode): string {
  return `/docs/problems/${code}.md`;
}

/** The body of the answer to `error`; `requestId` lets an operator find the log line. */
export function problemOf(error: DomainError, requestId: string): Problem {
  return {
    ...error.extra.members,
    type: problemType(error.code),
    href: problemPage(error.code),
    title: problemCodes[error.code].title,
    status: statusOf[error.code],
    detail: error.message,
    instance: `urn:uuid:${requestId}`,
    code: error.code,
    retryable: error.retryable,
    ...(error.extra.clause ? { clause: error.extra.clause } : {}),
    ...(error.extra.faults ? { issues: error.extra.faults } : {}),
  };
}

/** Fastify's and Nest's own errors by their code or status; what is not listed is our fault. */
const byCode: Record<string, [ProblemCode, string]> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['BODY_TOO_LARGE', 'The body is larger than this service accepts'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: ['BODY_MALFORMED', 'The Content-Type must be application/json'],
  FST_ERR_CTP_EMPTY_TYPE: ['BODY_MALFORMED', 'The Content-Type must be application/json'],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['BODY_MALFORMED', 'The Content-Type is application/json, but the body is empty'],
  FST_ERR_CTP_INVALID_JSON_BODY: ['BODY_MALFORMED', 'The body is not valid JSON'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['BODY_MALFORMED', 'The body does not have the length that was announced'],
  FST_ERR_BAD_URL: ['NOT_FOUND', 'There is nothing at this address'],
  FST_ERR_MAX_PARAM_LENGTH: ['NOT_FOUND', 'There is nothing at this address'],
  FST_ERR_ASYNC_CONSTRAINT: ['NOT_FOUND', 'There is nothing at this address'],
};

const byStatus: Record<number, [ProblemCode, string]> = {
  400: ['BODY_MALFORMED', 'The request cannot be read'],
  401: ['UNAUTHENTICATED', 'A valid token is needed'],
  403: ['FORBIDDEN', 'This is not allowed'],
  404: ['NOT_FOUND', 'There is nothing at this address'],
  405: ['NOT_FOUND', 'There is nothing at this address'],
  408: ['UNAVAILABLE', 'The request took too long to arrive'],
  413: ['BODY_TOO_LARGE', 'The body is larger than this service accepts'],
  415: ['BODY_MALFORMED', 'The Content-Type must be application/json'],
  503: ['UNAVAILABLE', 'The service cannot answer now: try again later'],
};

/** PostgreSQL and sockets: conditions that pass. */
const transient = /^(08...|40001|40P01|53...|55P03|57...|25P0[34]|ECONNREFUSED|ECONNRESET|EPIPE|ETIMEDOUT)$/;

/**
 * Turns anything that was thrown into a `DomainError`, without taking over a foreign message: those may quote values.
 *
 * The original stays as `cause` for the log.
 */
export function toDomainError(thrown: unknown): DomainError {
  if (thrown instanceof DomainError) return thrown;
  const error = (thrown ?? {}) as {
    code?: unknown;
    statusCode?: unknown;
    status?: unknown;
    name?: unknown;
    driverError?: { code?: unknown };
  };
  const listed = typeof error.code === 'string' ? byCode[error.code] : undefined;
  const status = Number(error.statusCode ?? error.status);
  // A broken JSON body reaches us as a SyntaxError with status 400, whose message quotes the body.
  const found =
    listed ??
    (error.name === 'SyntaxError' && status === 400 ? byCode.FST_ERR_CTP_INVALID_JSON_BODY : byStatus[status]);
  if (found) return new DomainError(found[0], found[1], {}, { cause: thrown });
  const code = error.driverError?.code ?? error.code;
  if ((typeof code === 'string' && transient.test(code)) || isConnectionLoss(thrown)) {
    return new DomainError('UNAVAILABLE', 'The service cannot answer now: try again later', {}, { cause: thrown });
  }
  return new DomainError(
    'INTERNAL',
    'Something went wrong on our side; quote the instance when you report it',
    {},
    { cause: thrown },
  );
}
