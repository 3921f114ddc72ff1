import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Token, Uuid } from '../lib/shapes.js';
import { DeadlineBasis, QualityFindings, QualityKind, QualityMeasure, QualityReason } from './quality-events.js';

const Fields = Type.Record(Type.String({ maxLength: 60 }), Type.String({ maxLength: 2000 }));
const ItemNames = Type.Array(Token, { minItems: 1, maxItems: 50, uniqueItems: true });

/** `POST /transfer/v1/quality-reports` (agency, agency-user, dpo of the party that the protocol lets report). */
export const ReportQualityRequest = Type.Object(
  { disclosureId: Uuid, items: ItemNames, kind: QualityKind, toldBySubject: Type.Boolean() },
  closed,
);
export type ReportQualityRequest = Static<typeof ReportQualityRequest>;

/** `POST /transfer/v1/quality-reports/{id}/investigations` (agency, agency-user, dpo of the investigating party). */
export const InvestigateQualityRequest = Type.Object({ findings: QualityFindings }, closed);
export type InvestigateQualityRequest = Static<typeof InvestigateQualityRequest>;

/**
 * `POST /transfer/v1/quality-reports/{id}/resolution` (agency, agency-user of the investigating party). `corrected` and
 * `supplemented` name the fields with their new values, all other fields stay; `erased` names the items, by default all of
 * the report; `rejected` names none.
 */
export const ResolveQualityRequest = Type.Object(
  {
    measure: QualityMeasure,
    reason: QualityReason,
    items: Type.Optional(
      Type.Array(Type.Object({ item: Token, fields: Type.Optional(Fields) }, closed), { minItems: 1, maxItems: 50 }),
    ),
  },
  closed,
);
export type ResolveQualityRequest = Static<typeof ResolveQualityRequest>;

/** A rectification or erasure that one earlier recipient of the items was told, open until it acknowledges. */
export const CorrectionView = Type.Object(
  {
    id: Uuid,
    /** The quality report, or the request of the person, that it follows from. */
    reportId: Type.Optional(Uuid),
    requestId: Type.Optional(Uuid),
    disclosureId: Uuid,
    protocolId: Uuid,
    subjectRef: Uuid,
    kind: Type.Union([Type.Literal('correction'), Type.Literal('erasure')]),
    items: Type.Array(Token),
    recipient: Type.Object({ party: Uuid, unit: Token }, closed),
    generation: Type.Optional(Type.Integer()),
    state: Type.Union([Type.Literal('open'), Type.Literal('acknowledged')]),
    propagatedAt: Instant,
    acknowledgedAt: Type.Optional(Instant),
    clause: Clause,
  },
  closed,
);
export type CorrectionView = Static<typeof CorrectionView>;

/** Answer to every step, and `GET /transfer/v1/quality-reports/{id}`; the same for both parties, never a value. */
export const QualityReportView = Type.Object(
  {
    id: Uuid,
    disclosureId: Uuid,
    protocolId: Uuid,
    subjectRef: Uuid,
    items: Type.Array(Token),
    kind: QualityKind,
    toldBySubject: Type.Boolean(),
    state: Type.Union([
      Type.Literal('open'),
      Type.Literal('investigated'),
      Type.Literal('resolved'),
      Type.Literal('withdrawn'),
    ]),
    reportedAt: Instant,
    deadline: Type.Object({ dueAt: Instant, period: Type.String(), basis: DeadlineBasis }, closed),
    /** Resolved after the deadline, or not resolved although it has passed. */
    overdue: Type.Boolean(),
    findings: Type.Optional(QualityFindings),
    investigatedAt: Type.Optional(Instant),
    measure: Type.Optional(QualityMeasure),
    reason: Type.Optional(QualityReason),
    resolvedAt: Type.Optional(Instant),
    withdrawnAt: Type.Optional(Instant),
    corrections: Type.Array(CorrectionView),
    clause: Clause,
  },
  closed,
);
export type QualityReportView = Static<typeof QualityReportView>;

/** `GET /transfer/v1/quality-reports?state=&after=&limit=`, `GET /transfer/v1/corrections?state=&after=&limit=`. */
const paging = { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) };
const OpenOnly = Type.Optional(Type.Literal('open'));
export const QualityQuery = Type.Object({ state: OpenOnly, ...paging }, closed);
export type QualityQuery = Static<typeof QualityQuery>;

/** Newest first; `state=open`: those that still wait for the sender. */
export const QualityReportsPage = Type.Object(
  { items: Type.Array(QualityReportView), next: Type.Optional(Uuid) },
  closed,
);
export type QualityReportsPage = Static<typeof QualityReportsPage>;

/** Newest first; `state=open`: those that still wait for the recipient. */
export const CorrectionsPage = Type.Object({ items: Type.Array(CorrectionView), next: Type.Optional(Uuid) }, closed);
export type CorrectionsPage = Static<typeof CorrectionsPage>;

/**
 * `POST /transfer/v1/disclosures/{id}/values/collect` (agency-user; unit and secrecy as the recipient demands): the values
 * as they stand now, corrections included; 410 ANSWER_ERASED once they are erased.
 */
export const ValuesView = Type.Object(
  {
    disclosureId: Uuid,
    subjectRef: Uuid,
    protocolId: Uuid,
    generation: Type.Integer({ minimum: 1 }),
    items: Type.Array(Type.Object({ item: Token, fields: Fields }, closed)),
  },
  closed,
);
export type ValuesView = Static<typeof ValuesView>;
