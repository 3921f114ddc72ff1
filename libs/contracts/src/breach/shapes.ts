import Type from 'typebox';
import { Clause, closed, Code, Instant, Token, Uuid } from '../lib/shapes.js';

/** What a breach does to data: it becomes known, it is changed, or it cannot be reached. @see GDPR Art. 4(12) */
export const BreachNature = Type.Array(Type.Enum(['confidentiality', 'integrity', 'availability']), {
  minItems: 1,
  maxItems: 3,
  uniqueItems: true,
});

/**
 * The four instants of a breach, kept apart: when it happened, when it was first seen, when a processor told, when the
 * controller was aware. Only the last one starts the 72 hours. @see GDPR Art. 33(1), 33(2)
 */
export const breachInstants = {
  occurredFrom: Instant,
  /** Absent while it goes on. */
  occurredTo: Type.Optional(Instant),
  detectedAt: Instant,
  processorInformedAt: Type.Optional(Instant),
  awareAt: Type.Optional(Instant),
};

/** On what the controller decided that it was aware. */
export const AwarenessBasis = Type.Enum(['ownFinding', 'investigation', 'processorInformed', 'toldByOther']);

/** How likely and how grave a risk for the rights and freedoms of persons is: `none` (unlikely), `low` or `high`. */
export const BreachRisk = Type.Enum(['none', 'low', 'high']);

/** How many disclosures, persons and items (one per item and disclosure: the records of Art. 33(3)(a)) are concerned. */
export const BreachCounts = Type.Object(
  {
    disclosures: Type.Integer({ minimum: 0 }),
    persons: Type.Integer({ minimum: 0 }),
    items: Type.Integer({ minimum: 0 }),
  },
  closed,
);

/** Why data subjects need not each be told. @see GDPR Art. 34(3)(a) to (c) */
export const SubjectsExemption = Type.Enum(['unintelligible', 'riskRemoved', 'disproportionateEffort']);

/** Short coded words for consequences, measures and decisions; a text stays with the party that wrote it. */
export const BreachCodes = Type.Array(Token, { maxItems: 30, uniqueItems: true });

/** Why a notice was escalated: nobody acknowledged it in time, the contact's mail server refuses it, there is no contact. */
export const EscalationCause = Type.Enum(['notAcknowledged', 'mailRefused', 'noContact']);

/** Where a notification to an authority goes. */
export const SupervisoryAuthority = Type.Enum(['gba-apd', 'vtc', 'coc']);

/** The authority answers in a language of the country; another one makes a notification inadmissible. */
export const FilingLanguage = Type.Enum(['nl', 'fr', 'de']);

/** One message per counterparty and protocol: which breach, whose, to whom. */
export const noticeKeys = {
  noticeId: Uuid,
  breachId: Uuid,
  partyId: Uuid,
  counterparty: Uuid,
  protocolId: Uuid,
  /** What was decided to be told, so that whoever knows any event of a notice knows the notice. */
  notice: Type.Optional(
    Type.Object(
      {
        phase: Type.Integer({ minimum: 1 }),
        clause: Clause,
        nature: BreachNature,
        counts: BreachCounts,
        items: Type.Array(Token),
        findings: Type.Array(Code),
        decidedAt: Instant,
        escalatesAt: Instant,
      },
      closed,
    ),
  ),
};
