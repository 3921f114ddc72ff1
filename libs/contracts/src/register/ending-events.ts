import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Token, Uuid } from '../lib/shapes.js';

/** What every ending says, whatever its kind. */
export const endingShape = {
  protocolId: Uuid,
  version: Type.Integer({ minimum: 1 }),
  endingId: Uuid,
  /** Which of the endings that the text knows, by its id there. */
  endingRule: Type.Optional(Token),
  byParty: Uuid,
  receivedAt: Instant,
  /** When the flow stops: at once for an immediate ending; for one by law its date, which may lie behind. */
  endsAt: Instant,
  writingHash: Type.Optional(Sha256),
  clause: Clause,
  dutiesAfter: Type.Array(Token),
};

/** Set when the protocol had ended before that was said: what was disclosed from here on is flagged. */
const flaggedSince = Type.Optional(Instant);

export const protocolLapsed = defineEvent('register', 'protocol.lapsed', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'A party asserts that the legal ground goes on a date, and by which instrument. From then on nothing flows; what flowed since is flagged.',
  data: Type.Object({ ...endingShape, instrument: Name, lapsedOn: CalendarDate, flaggedSince }, closed),
});

export const protocolLinkedAgreementEnded = defineEvent('register', 'protocol.linkedAgreement.ended', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'The agreement that the flow hangs on ends on a date, and the flow with it; what flowed since is flagged. For an accession that agreement is its framework protocol, named by its reference.',
  data: Type.Object({ ...endingShape, agreement: Token, endedOn: CalendarDate, flaggedSince }, closed),
});

export const protocolExpired = defineEvent('register', 'protocol.expired', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary:
    'The last day of the fixed term in the text is over, and the protocol with it. Nobody said so: the calendar did.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      endingId: Uuid,
      /** The end of the last day of the term in Brussels: nothing is disclosed from here on, whenever this was told. */
      endsAt: Instant,
      clause: Clause,
      dutiesAfter: Type.Array(Token),
    },
    closed,
  ),
});

export const protocolEnded = defineEvent('register', 'protocol.ended', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'The end that a notice, a lapse or a linked agreement had fixed has come: the protocol is over.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      endingId: Uuid,
      kind: Type.Enum(['notice', 'legalGroundLapsed', 'linkedAgreementEnded']),
      endedAt: Instant,
      flaggedSince,
      clause: Clause,
      dutiesAfter: Type.Array(Token),
    },
    closed,
  ),
});

export const protocolEndDutyCompleted = defineEvent('register', 'protocol.endDuty.completed', {
  aggregate: 'protocol',
  sees: ['S', 'R'],
  classification: 'none',
  summary: 'A duty that the ended protocol left behind is done: said by a party, with the hash of what shows it.',
  data: Type.Object(
    {
      protocolId: Uuid,
      version: Type.Integer({ minimum: 1 }),
      endingId: Uuid,
      duty: Token,
      byParty: Uuid,
      evidenceHash: Type.Optional(Sha256),
      completedAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const endingEvents = [
  protocolLapsed,
  protocolLinkedAgreementEnded,
  protocolExpired,
  protocolEnded,
  protocolEndDutyCompleted,
] as const;
