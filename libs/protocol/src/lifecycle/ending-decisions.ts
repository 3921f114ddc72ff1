import { dateOf, isDate, startOfDay } from '@convenant/kernel';
import { endsWithFramework } from '../framework/accession-findings.js';
import { noticeEnd } from '../deadlines/notice-end.js';
import { termEnd } from '../deadlines/term-end.js';
import { applyDecisions } from '../model/apply-decisions.js';
import type { Ending, EndingKind } from '../model/duties.schema.js';
import { events, illegal, notNow } from './outcomes.js';
import type { Commander, ProtocolCommand, ProtocolDecision } from './protocol-commands.js';
import type { ProtocolEvent } from './protocol-events.js';
import type { ProtocolState } from './protocol-state.js';

type Command<T extends ProtocolCommand['type']> = Extract<ProtocolCommand, { type: T }>;
type Current = NonNullable<ProtocolState['current']>;

/** Written notice: the flow goes on until the computed end, counted by the calendar from the receipt. */
export function decideNotice(state: ProtocolState, command: Command<'giveNotice'>, now: number): ProtocolDecision {
  const found = endingFor(state, 'notice', command.commander, 'a notice');
  if ('illegal' in found) return found.illegal;
  if (state.scheduled) return notNow(state, 'a second notice');
  const receivedAt = command.receivedAt ?? now;
  if (receivedAt > now) return illegal('INPUT_INVALID', 'receivedAt lies ahead', { clause: found.ending.clause });
  const endsAt = noticeEnd(found.ending, receivedAt);
  return events({ type: 'protocol.notice.given', data: endingData(found, command, receivedAt, endsAt) });
}

/** Termination for violation and express revocation: at once, by a party that the ending names. */
export function decideStop(
  state: ProtocolState,
  command: Command<'terminate' | 'revoke'>,
  now: number,
): ProtocolDecision {
  const kind = command.type === 'terminate' ? 'violation' : 'revocation';
  const found = endingFor(
    state,
    kind,
    command.commander,
    command.type === 'terminate' ? 'a termination' : 'a revocation',
  );
  if ('illegal' in found) return found.illegal;
  const receivedAt = command.receivedAt ?? now;
  if (receivedAt > now) return illegal('INPUT_INVALID', 'receivedAt lies ahead', { clause: found.ending.clause });
  // It takes effect now and not when the writing arrived: what was disclosed in between was in force when it was decided.
  const data = endingData(found, command, receivedAt, now);
  if (command.type === 'revoke') return events({ type: 'protocol.revoked', data });
  const unknown = command.violation.clauses.filter(
    (clause) => !found.current.model.clauses.some(({ id }) => id === clause),
  );
  if (command.violation.clauses.length === 0 || unknown.length > 0) {
    return illegal('INPUT_INVALID', 'A violation names the clauses of the protocol that were violated', {
      clause: found.ending.clause,
    });
  }
  return events({ type: 'protocol.terminated', data: { ...data, violation: command.violation } });
}

/** The legal ground goes: by law on its date. Asserted afterwards, the flow stops at once and what flowed since is flagged. */
export function decideLapse(state: ProtocolState, command: Command<'assertLapse'>, now: number): ProtocolDecision {
  const found = endingFor(state, 'legalGroundLapsed', command.commander, 'a lapse');
  if ('illegal' in found) return found.illegal;
  if (!isDate(command.lapsedOn)) return illegal('INPUT_INVALID', 'lapsedOn must be an existing date YYYY-MM-DD');
  const { current, ending } = found;
  const { version } = current;
  const by = command.commander.party;
  const endsAt = startOfDay(command.lapsedOn);
  const { instrument, lapsedOn } = command;
  const flagSince = endsAt > now ? null : endsAt;
  const lapsed: ProtocolEvent = {
    type: 'protocol.lapsed',
    data: { ...endingData(found, command, now, endsAt), instrument, lapsedOn, flagSince },
  };
  if (endsAt > now) return earlierThanScheduled(state, endsAt) ? events(lapsed) : notNow(state, 'a later ending');
  const suspended: ProtocolEvent[] = state.suspension
    ? []
    : [{ type: 'protocol.suspended', data: { version, by, suspendedAt: now, clause: ending.clause } }];
  return events(...suspended, lapsed, ended(found, 'legalGroundLapsed', endsAt, endsAt));
}

/** The agreement that the flow hangs on ends: the flow ends with it. */
export function decideLinkedAgreementEnd(
  state: ProtocolState,
  command: Command<'endLinkedAgreement'>,
  now: number,
): ProtocolDecision {
  const found = endingFor(
    state,
    'linkedAgreementEnded',
    command.commander,
    'the end of a linked agreement',
    command.agreement,
  );
  if ('illegal' in found) return found.illegal;
  if (found.current.model.framework === command.agreement) {
    return illegal('TRANSITION_ILLEGAL', `The accession ends when the framework ${command.agreement} ends`, {
      clause: found.ending.clause,
    });
  }
  if (!isDate(command.endedOn)) return illegal('INPUT_INVALID', 'endedOn must be an existing date YYYY-MM-DD');
  const { agreement, endedOn } = command;
  const endsAt = startOfDay(endedOn);
  const flagSince = endsAt > now ? null : endsAt;
  const happened: ProtocolEvent = {
    type: 'protocol.linkedAgreement.ended',
    data: { ...endingData(found, command, now, endsAt), agreement, endedOn, flagSince },
  };
  if (endsAt > now) return earlierThanScheduled(state, endsAt) ? events(happened) : notNow(state, 'a later ending');
  return events(happened, ended(found, 'linkedAgreementEnded', endsAt, endsAt));
}

/** The framework of an accession ends, at once or on a date that is known: the accession ends at that instant too. */
export function decideEndWithFramework(
  state: ProtocolState,
  { by, endsAt }: Command<'endWithFramework'>,
  now: number,
): ProtocolDecision {
  const { current } = state;
  const model = current && applyDecisions(current.model, current.decisions).model;
  const ending = model && endsWithFramework(model);
  if (!ending || state.ended || !earlierThanScheduled(state, endsAt)) return notNow(state, 'an end with its framework');
  const found = { current: current!, ending };
  const flagSince = endsAt < now ? endsAt : null;
  const happened: ProtocolEvent = {
    type: 'protocol.linkedAgreement.ended',
    data: {
      ...endingData(found, { commander: { party: by, roles: [] } }, now, endsAt),
      agreement: model.framework!,
      endedOn: dateOf(endsAt),
      flagSince,
    },
  };
  if (endsAt > now) return events(happened);
  return events(happened, ended(found, 'linkedAgreementEnded', endsAt, flagSince));
}

/** A scheduled end has come, or the last day of a fixed term is over. */
export function decideConclusion(state: ProtocolState, now: number): ProtocolDecision {
  const { current, scheduled } = state;
  if (!current || state.ended) return notNow(state, 'its conclusion');
  const { model } = applyDecisions(current.model, current.decisions);
  const term = termEnd(model);
  if (term !== null && term <= now && (!scheduled || term <= scheduled.endsAt)) {
    const { clause, dutiesAfter = [] } = model.duration!;
    return events({ type: 'protocol.expired', data: { version: current.version, endsAt: term, clause, dutiesAfter } });
  }
  if (!scheduled) return notNow(state, 'its conclusion');
  if (scheduled.endsAt > now)
    return illegal('TRANSITION_ILLEGAL', `The protocol ends on ${dateOf(scheduled.endsAt)}`, {
      clause: scheduled.clause,
    });
  const ending = current.model.endings.find(
    ({ kind, clause }) => kind === scheduled.kind && clause === scheduled.clause,
  )!;
  return events(ended({ current, ending }, scheduled.kind, scheduled.endsAt, null));
}

/** The ending of the text for this kind and party; an agreement not in force, or a kind the text lacks, has none. */
function endingFor(
  state: ProtocolState,
  kind: EndingKind,
  commander: Commander,
  what: string,
  agreement?: string,
): { current: Current; ending: Ending } | { illegal: ProtocolDecision } {
  const { current } = state;
  if (!current || state.ended) return { illegal: notNow(state, what) };
  const { model } = applyDecisions(current.model, current.decisions);
  const ending = model.endings.find(
    (one) => one.kind === kind && (agreement === undefined || one.agreement === agreement),
  );
  if (!ending)
    return {
      illegal: illegal('TRANSITION_ILLEGAL', `The protocol does not provide for ${what}`, {
        clause: model.duration?.clause,
      }),
    };
  if (!ending.byWhom.includes('law') && !ending.byWhom.includes(commander.party)) {
    return {
      illegal: illegal('FORBIDDEN', `The protocol gives ${what} to the ${ending.byWhom.join(' and ')}`, {
        clause: ending.clause,
      }),
    };
  }
  return { current, ending };
}

function earlierThanScheduled(state: ProtocolState, endsAt: number): boolean {
  return !state.scheduled || endsAt < state.scheduled.endsAt;
}

function endingData(
  found: { current: Current; ending: Ending },
  command: { commander: Commander; writingHash?: string },
  receivedAt: number,
  endsAt: number,
) {
  return {
    version: found.current.version,
    endingId: found.ending.id,
    by: command.commander.party,
    receivedAt,
    endsAt,
    ...(command.writingHash === undefined ? {} : { writingHash: command.writingHash }),
    clause: found.ending.clause,
    dutiesAfter: found.ending.dutiesAfter,
  };
}

function ended(
  found: { current: Current; ending: Ending },
  kind: 'notice' | 'legalGroundLapsed' | 'linkedAgreementEnded',
  endedAt: number,
  flagSince: number | null,
): ProtocolEvent {
  const { current, ending } = found;
  return {
    type: 'protocol.ended',
    data: {
      version: current.version,
      kind,
      endedAt,
      flagSince,
      clause: ending.clause,
      dutiesAfter: ending.dutiesAfter,
    },
  };
}
