import type { CommandContext } from '@convenant/messaging';
import type { CallerIdentity } from '../auth/roles.js';

/** What a command hands to `CommandRunner.run`. */
export interface CommandInformation {
  /** The Idempotency-Key, lower case. */
  key: string;
  fingerprint: string;
  context: CommandContext;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by the hooks on every route that is not public. */
    caller?: CallerIdentity;
    /** Set on commands once the input has been checked. */
    command?: CommandInformation;
    /** W3C trace context of this request, when it has one. */
    traceparent?: string;
  }
}
