import { addPeriod, type InputFault } from '@convenant/kernel';
import type { ProtocolModel } from '@convenant/protocol';

/** When a consent was expressed and until when it holds, in epoch milliseconds UTC. */
export interface Validity {
  readonly eventTime: number;
  readonly expiresAt: number | null;
  readonly occurrences: number | null;
}

/**
 * How long and how often a consent holds: what the person said, never longer than the protocol lets it hold and never more
 * often than it says (`consent.use`, one referral in most protocols).
 *
 * The person must have been told before: an expression older than its notice is not informed.
 *
 * @param asked `expiresAt` null when the person set no end
 * @returns the validity, or what is wrong with the times
 * @see GDPR Art. 4(11), Art. 7
 */
export function validityOf(
  asked: { eventTime: number; expiresAt: number | null },
  notice: { providedAt: number },
  model: ProtocolModel,
  now: number,
): Validity | InputFault {
  if (asked.eventTime > now) return timeFault('/eventTime', 'must not lie in the future');
  if (asked.eventTime < notice.providedAt) return timeFault('/eventTime', 'must not lie before its notice was given');
  if (asked.expiresAt !== null && asked.expiresAt <= asked.eventTime) {
    return timeFault('/expiresAt', 'must lie after the consent was expressed');
  }
  const ceiling = model.consent.validity === null ? null : addPeriod(asked.eventTime, model.consent.validity);
  return {
    eventTime: asked.eventTime,
    expiresAt: earliest(asked.expiresAt, ceiling),
    occurrences: model.consent.use.occurrences,
  };
}

function earliest(a: number | null, b: number | null): number | null {
  if (a === null || b === null) return a ?? b;
  return Math.min(a, b);
}

function timeFault(name: string, detail: string): InputFault {
  return { in: 'body', name, detail };
}
