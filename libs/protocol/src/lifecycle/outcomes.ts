import type { Illegal, IllegalCode, ProtocolDecision } from './protocol-commands.js';
import type { ProtocolEvent } from './protocol-events.js';
import { statusOf, type ProtocolState } from './protocol-state.js';

export function events(...happened: readonly ProtocolEvent[]): ProtocolDecision {
  return { events: happened };
}

export function illegal(
  code: IllegalCode,
  reason: string,
  extra: Pick<Illegal, 'clause' | 'waitsFor'> = {},
): ProtocolDecision {
  return { illegal: { code, reason, ...extra } };
}

/** The refusal of a command that the present state does not take. */
export function notNow(state: ProtocolState, command: string): ProtocolDecision {
  const since = state.ended ? ` since ${new Date(state.ended.endedAt).toISOString()}` : '';
  return illegal(
    'TRANSITION_ILLEGAL',
    `A protocol that is ${statusOf(state)}${since} does not take ${command}`,
    state.ended ? { clause: state.ended.clause } : {},
  );
}
