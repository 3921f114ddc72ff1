/** What the log keeps of an error. */
export interface LoggedError {
  type: string;
  code?: string;
  /** Only where the message is known to hold no personal data. */
  message?: string;
  /** Where it was thrown: frames without the message line. */
  stack?: string;
  /** PostgreSQL: which rule was broken, not by which value. */
  constraint?: string;
  table?: string;
  cause?: LoggedError;
}

/** Classes whose messages we write ourselves (ids only) or that speak of brokers, keys and settings, never of people. */
const spoken =
  /^(DomainError|SettingsError|PermanentFailure|AnswerMismatch|KafkaJS\w*|JWKS\w*|JWS\w*|JWT\w*|ConnectionIsNotSetError)$/;

/**
 * An error as the log may keep it: class, code and stack frames. Messages of drivers and libraries quote values (the key of
 * a duplicate, the text that is no UUID, the mailbox that bounced), so they are left out unless the class is known.
 * @param withMessages development only: keeps every message
 */
export function safeError(error: unknown, withMessages = false, depth = 0): LoggedError {
  if (!(error instanceof Error) && (typeof error !== 'object' || error === null)) return { type: typeof error };
  const source = error as Error & {
    code?: unknown;
    syscall?: unknown;
    constraint?: unknown;
    table?: unknown;
    driverError?: { code?: unknown; constraint?: unknown; table?: unknown };
  };
  const type = source.name ?? source.constructor?.name ?? 'Error';
  const code = source.code ?? source.driverError?.code;
  const constraint = source.constraint ?? source.driverError?.constraint;
  const table = source.table ?? source.driverError?.table;
  const frames = frameLines(source.stack);
  return {
    type,
    ...(isName(code) ? { code: String(code) } : {}),
    ...(withMessages || spoken.test(type) || typeof source.syscall === 'string' ? { message: source.message } : {}),
    ...(frames ? { stack: frames } : {}),
    ...(isName(constraint) ? { constraint } : {}),
    ...(isName(table) ? { table } : {}),
    ...(source.cause !== undefined && depth < 3 ? { cause: safeError(source.cause, withMessages, depth + 1) } : {}),
  };
}

function isName(value: unknown): value is string {
  return (typeof value === 'string' && /^[\w.-]{1,100}$/.test(value)) || typeof value === 'number';
}

function frameLines(stack: unknown): string | undefined {
  if (typeof stack !== 'string') return undefined;
  const frames = stack.split('\n').filter((line) => /^\s+at /.test(line));
  return frames.length > 0 ? frames.join('\n') : undefined;
}
