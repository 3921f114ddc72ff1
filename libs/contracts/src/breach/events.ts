import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Language, Sha256, Token, Uuid } from '../lib/shapes.js';
import { counterpartyEvents } from './counterparty-events.js';
import {
  AwarenessBasis,
  BreachCounts,
  breachInstants,
  BreachNature,
  BreachRisk,
  BreachCodes,
  FilingLanguage,
  SubjectsExemption,
  SupervisoryAuthority,
} from './shapes.js';

const ofBreach = { breachId: Uuid, partyId: Uuid };
const forItsParty = { aggregate: 'breach', sees: ['P'], classification: 'none' } as const;

const reported = { ...ofBreach, nature: BreachNature, ...breachInstants, reportedAt: Instant };

export const breachSuspected = defineEvent('breach', 'breach.suspected', {
  ...forItsParty,
  summary: 'Something happened that may have compromised personal data; the controller is not aware of a breach yet.',
  data: Type.Object(reported, closed),
});

export const breachDetected = defineEvent('breach', 'breach.detected', {
  ...forItsParty,
  summary:
    'Personal data were compromised: its nature and the four instants, kept apart. Also what a suspicion became.',
  data: Type.Object(reported, closed),
});

export const breachAwarenessRecorded = defineEvent('breach', 'breach.awareness.recorded', {
  ...forItsParty,
  summary: 'The controller was aware from this instant on, on which basis; the 72 continuous hours run from it.',
  data: Type.Object({ ...ofBreach, awareAt: Instant, basis: AwarenessBasis, authorityDueAt: Instant }, closed),
});

export const breachScopeComputed = defineEvent('breach', 'breach.scope.computed', {
  ...forItsParty,
  summary:
    'What the ledger says is affected: counts, items, protocols and counterparties. The list itself stays with the service.',
  data: Type.Object(
    {
      ...ofBreach,
      /** From 1; a later phase replaces the earlier one (Art. 33(4)). */
      phase: Type.Integer({ minimum: 1 }),
      /** Absent while the breach goes on. */
      occurredTo: Type.Optional(Instant),
      counts: BreachCounts,
      items: Type.Array(Token),
      protocols: Type.Array(Uuid),
      counterparties: Type.Array(Uuid),
      /** Messages of the ledger that could not be read when it was computed: while there are any, more may be affected. */
      unreadable: Type.Integer({ minimum: 0 }),
      computedAt: Instant,
    },
    closed,
  ),
});

export const breachAssessed = defineEvent('breach', 'breach.assessed', {
  ...forItsParty,
  summary:
    'How great the risk for persons is, with likely consequences and measures as codes. A later one replaces it.',
  data: Type.Object(
    {
      ...ofBreach,
      risk: BreachRisk,
      consequences: BreachCodes,
      measuresTaken: BreachCodes,
      measuresProposed: BreachCodes,
      reasonsHash: Type.Optional(Sha256),
      assessedAt: Instant,
    },
    closed,
  ),
});

export const breachDelayJustified = defineEvent('breach', 'breach.delay.justified', {
  ...forItsParty,
  summary: 'Why the authority was not notified within 72 hours of awareness.',
  data: Type.Object(
    { ...ofBreach, reason: Token, reasonsHash: Sha256, authorityDueAt: Instant, justifiedAt: Instant },
    closed,
  ),
});

export const authorityFilingPrepared = defineEvent('breach', 'authorityFiling.prepared', {
  ...forItsParty,
  summary: "A document with the fields of Art. 33(3) is ready for the authority's own portal. Nothing has been filed.",
  data: Type.Object(
    {
      ...ofBreach,
      filingId: Uuid,
      phase: Type.Integer({ minimum: 1 }),
      authority: SupervisoryAuthority,
      language: FilingLanguage,
      documentHash: Sha256,
      preparedAt: Instant,
    },
    closed,
  ),
});

export const authorityFilingRecorded = defineEvent('breach', 'authorityFiling.recorded', {
  ...forItsParty,
  summary: 'The party filed a prepared document itself: when, and the code that the authority gave for it.',
  data: Type.Object(
    {
      ...ofBreach,
      filingId: Uuid,
      phase: Type.Integer({ minimum: 1 }),
      authority: SupervisoryAuthority,
      receiptCode: Type.String({ minLength: 1, maxLength: 100 }),
      filedAt: Instant,
      withinDeadline: Type.Boolean(),
      recordedAt: Instant,
    },
    closed,
  ),
});

export const subjectsInformed = defineEvent('breach', 'subjects.informed', {
  ...forItsParty,
  summary: 'The persons on the list were told, by whom and how, or why they need not be (Art. 34(3)).',
  data: Type.Object(
    {
      ...ofBreach,
      informationId: Uuid,
      mode: Type.Enum(['direct', 'publicCommunication', 'exempt']),
      exemption: Type.Optional(SubjectsExemption),
      persons: Type.Integer({ minimum: 0 }),
      phase: Type.Integer({ minimum: 1 }),
      language: Type.Optional(Language),
      textHash: Type.Optional(Sha256),
      informedAt: Instant,
    },
    closed,
  ),
});

export const breachDismissed = defineEvent('breach', 'breach.dismissed', {
  ...forItsParty,
  summary: 'No personal data were compromised after all: the record stays, the duties end.',
  data: Type.Object({ ...ofBreach, reason: Token, evidenceHash: Type.Optional(Sha256), dismissedAt: Instant }, closed),
});

export const breachClosed = defineEvent('breach', 'breach.closed', {
  ...forItsParty,
  summary:
    'Every duty that followed from the breach is done or excused; facts, effects and remedial action are on record.',
  data: Type.Object({ ...ofBreach, effects: BreachCodes, remedialAction: BreachCodes, closedAt: Instant }, closed),
});

export const breachEvents = [
  breachSuspected,
  breachDetected,
  breachAwarenessRecorded,
  breachScopeComputed,
  breachAssessed,
  breachDelayJustified,
  authorityFilingPrepared,
  authorityFilingRecorded,
  subjectsInformed,
  breachDismissed,
  breachClosed,
  ...counterpartyEvents,
] as const;
