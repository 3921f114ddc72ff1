import { endsWithFramework } from '../framework/accession-findings.js';
import { events, illegal, notNow } from './outcomes.js';
import type { ProtocolCommand, ProtocolDecision } from './protocol-commands.js';
import type { ProtocolState } from './protocol-state.js';

type Command<T extends ProtocolCommand['type']> = Extract<ProtocolCommand, { type: T }>;

/** Either party stops the flow at once, for a while. */
export function decideSuspension(state: ProtocolState, command: Command<'suspend'>, now: number): ProtocolDecision {
  const { current } = state;
  if (!current || state.ended || state.suspension) return notNow(state, 'a suspension');
  const clause = command.clause ?? current.model.entryIntoForce.clause;
  if (!current.model.clauses.some(({ id }) => id === clause))
    return illegal('INPUT_INVALID', 'The protocol has no such clause');
  return events({
    type: 'protocol.suspended',
    data: { version: current.version, by: command.commander.party, suspendedAt: now, clause },
  });
}

/** The party that suspended lets the flow go on. */
export function decideResumption(state: ProtocolState, command: Command<'resume'>, now: number): ProtocolDecision {
  const { current, suspension } = state;
  if (!current || !suspension || state.ended) return notNow(state, 'a resumption');
  if (suspension.framework !== undefined) {
    return illegal(
      'TRANSITION_ILLEGAL',
      `It is suspended with the framework ${suspension.framework}, and resumes with it`,
      {
        clause: suspension.clause,
      },
    );
  }
  if (suspension.by !== command.commander.party) {
    return illegal('FORBIDDEN', `The ${suspension.by} suspended and alone can resume`, { clause: suspension.clause });
  }
  return events({
    type: 'protocol.resumed',
    data: { version: current.version, by: command.commander.party, resumedAt: now },
  });
}

/**
 * What a suspended or resumed framework does to an accession. One that its own parties suspended stays theirs to resume;
 * one that is not in force, or not suspended with its framework, is left as it is.
 */
export function decideWithFramework(
  state: ProtocolState,
  { type, by }: Command<'suspendWithFramework' | 'resumeWithFramework'>,
  now: number,
): ProtocolDecision {
  const { current, suspension } = state;
  const what = type === 'suspendWithFramework' ? 'a suspension' : 'a resumption';
  if (!current || state.ended || current.model.framework === undefined) return notNow(state, what);
  const { version, model } = current;
  if (type === 'resumeWithFramework') {
    if (suspension?.framework === undefined) return notNow(state, what);
    return events({ type: 'protocol.resumed', data: { version, by, resumedAt: now } });
  }
  if (suspension) return notNow(state, what);
  const { framework } = model;
  const clause = endsWithFramework(model)?.clause ?? model.entryIntoForce.clause;
  return events({ type: 'protocol.suspended', data: { version, by, suspendedAt: now, clause, framework } });
}
