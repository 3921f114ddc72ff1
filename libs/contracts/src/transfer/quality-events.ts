import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { Clause, closed, Instant, Token, Uuid } from '../lib/shapes.js';

/** What may be the matter with disclosed data; the protocol says which of them it knows. */
export const QualityKind = Type.Union([
  Type.Literal('wrong'),
  Type.Literal('inaccurate'),
  Type.Literal('incomplete'),
  Type.Literal('missing'),
  Type.Literal('outdated'),
  Type.Literal('superfluous'),
]);

/** What the investigation found. */
export const QualityFindings = Type.Union([
  Type.Literal('confirmed'),
  Type.Literal('partlyConfirmed'),
  Type.Literal('notConfirmed'),
]);

/** What the investigating party did about it. */
export const QualityMeasure = Type.Union([
  Type.Literal('corrected'),
  Type.Literal('supplemented'),
  Type.Literal('erased'),
  Type.Literal('rejected'),
]);

/** Why, as a code: a text could carry what is wrong with a person's data into a log that cannot be edited. */
export const QualityReason = Type.Union([
  Type.Literal('sourceWasWrong'),
  Type.Literal('sourceHasChanged'),
  Type.Literal('sourceWasIncomplete'),
  Type.Literal('notNecessary'),
  Type.Literal('sourceIsRight'),
  Type.Literal('correctedBefore'),
  Type.Literal('notVerifiable'),
]);

const report = { reportId: Uuid, disclosureId: Uuid, protocolId: Uuid, subjectRef: Uuid, clause: Clause };
const items = Type.Array(Token, { minItems: 1 });

/** Where a deadline comes from: the text of the protocol, or the installation's setting where the text names no period. */
export const DeadlineBasis = Type.Union([Type.Literal('protocol'), Type.Literal('installation')]);

export const qualityReported = defineEvent('transfer', 'quality.reported', {
  aggregate: 'qualityReport',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The receiver says that disclosed items are not right; until when the sender is to act, and by which rule.',
  data: Type.Object(
    {
      ...report,
      items,
      kind: QualityKind,
      /** The data subject said so, not the receiver alone. */
      toldBySubject: Type.Boolean(),
      reportedAt: Instant,
      dueAt: Instant,
      period: Type.String({ description: 'ISO 8601' }),
      periodBasis: DeadlineBasis,
    },
    closed,
  ),
});

export const qualityInvestigated = defineEvent('transfer', 'quality.investigated', {
  aggregate: 'qualityReport',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The sender looked into a report: what it found.',
  data: Type.Object({ ...report, findings: QualityFindings, investigatedAt: Instant, overdue: Type.Boolean() }, closed),
});

export const qualityResolved = defineEvent('transfer', 'quality.resolved', {
  aggregate: 'qualityReport',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The sender took a measure, or says with a reason why not: the report back to the receiver.',
  data: Type.Object(
    {
      ...report,
      items,
      measure: QualityMeasure,
      reason: QualityReason,
      /** Earlier recipients of the items that are told: one `correction.propagated` or `erasure.propagated` each. */
      told: Type.Integer({ minimum: 0 }),
      resolvedAt: Instant,
      overdue: Type.Boolean(),
    },
    closed,
  ),
});

export const qualityWithdrawn = defineEvent('transfer', 'quality.withdrawn', {
  aggregate: 'qualityReport',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The receiver takes its report back before it was resolved.',
  data: Type.Object({ ...report, withdrawnAt: Instant }, closed),
});

/** One recipient that is told; `recipient` is a party and a unit, never a person. */
const told = {
  ...report,
  /** The quality report, or the request of the person, that it follows from. */
  reportId: Type.Optional(Uuid),
  requestId: Type.Optional(Uuid),
  recipientParty: Uuid,
  recipientUnit: Token,
  items,
};

export const correctionPropagated = defineEvent('transfer', 'correction.propagated', {
  aggregate: 'correction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary:
    'An earlier recipient is told that items were rectified: the values of this generation replace what it received.',
  data: Type.Object(
    {
      correctionId: Uuid,
      ...told,
      measure: Type.Union([Type.Literal('corrected'), Type.Literal('supplemented')]),
      generation: Type.Integer({ minimum: 2 }),
      propagatedAt: Instant,
    },
    closed,
  ),
});

export const correctionAcknowledged = defineEvent('transfer', 'correction.acknowledged', {
  aggregate: 'correction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The recipient has taken the rectification over in its own systems.',
  data: Type.Object({ correctionId: Uuid, ...told, acknowledgedAt: Instant }, closed),
});

export const erasurePropagated = defineEvent('transfer', 'erasure.propagated', {
  aggregate: 'correction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary:
    'An earlier recipient is told that items are erased: they were superfluous, or the person had a right to it.',
  data: Type.Object({ correctionId: Uuid, ...told, propagatedAt: Instant }, closed),
});

export const erasureAcknowledged = defineEvent('transfer', 'erasure.acknowledged', {
  aggregate: 'correction',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The recipient has erased the items in its own systems.',
  data: Type.Object({ correctionId: Uuid, ...told, acknowledgedAt: Instant }, closed),
});

export const qualityEvents = [
  qualityReported,
  qualityInvestigated,
  qualityResolved,
  qualityWithdrawn,
  correctionPropagated,
  correctionAcknowledged,
  erasurePropagated,
  erasureAcknowledged,
] as const;
