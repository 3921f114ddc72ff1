/** Classes whose messages we write ourselves (ids only), or that speak of brokers, groups and keys, never of people. */
const spoken = /^(DomainError|PermanentFailure|OwnershipLost|EpochLost|InboxPaused|KafkaJS\w*)$/;

/**
 * An error in words that the log may keep: class and code, and the message where it is known to quote nothing. PostgreSQL and
 * most libraries quote the value they complain about.
 */
export function safeWords(error: unknown): string {
  if (!(error instanceof Error)) return 'an unknown error';
  const { name, message, code, syscall, driverError } = error as Error & {
    code?: unknown;
    syscall?: unknown;
    driverError?: { code?: unknown };
  };
  const told = spoken.test(name) || typeof syscall === 'string' ? `: ${message}` : '';
  const known = code ?? driverError?.code;
  return `${name}${isName(known) ? ` (${String(known)})` : ''}${told}`;
}

/** Where the error was thrown: the frames of its stack, without the message above them. */
export function safeFrames(error: unknown): string | undefined {
  const stack = error instanceof Error ? error.stack : undefined;
  const frames = stack?.split('\n').filter((line) => /^\s+at /.test(line)) ?? [];
  return frames.length > 0 ? frames.join('\n') : undefined;
}

function isName(value: unknown): boolean {
  return typeof value === 'number' || (typeof value === 'string' && /^[\w.-]{1,100}$/.test(value));
}
