import Type, { type Static } from 'typebox';
import { closed, Instant, Language, Localized, Sha256, Token, Uuid } from '../lib/shapes.js';
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

/** Up to 64 KiB a request: a text of a form, never of a person. */
const FreeText = Type.String({ minLength: 1, maxLength: 4000 });

/**
 * Which disclosures may be affected; all criteria together. Without any, every disclosure of the party's protocols that was
 * made before the breach ended.
 */
export const BreachScope = Type.Object(
  {
    protocolIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 100, uniqueItems: true })),
    disclosureIds: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 1000, uniqueItems: true })),
    subjectRefs: Type.Optional(Type.Array(Uuid, { minItems: 1, maxItems: 1000, uniqueItems: true })),
    /** When the disclosure was authorised. */
    period: Type.Optional(Type.Object({ from: Type.Optional(Instant), to: Type.Optional(Instant) }, closed)),
  },
  closed,
);
export type BreachScope = Static<typeof BreachScope>;

/** `POST /breach/v1/breaches` (dpo, ops, agency of the breached party). Answer 201 BreachView. */
export const ReportBreachRequest = Type.Object(
  { nature: BreachNature, ...breachInstants, awareBasis: Type.Optional(AwarenessBasis), scope: BreachScope },
  closed,
);
export type ReportBreachRequest = Static<typeof ReportBreachRequest>;

/** `POST /breach/v1/breaches/{id}/awareness` (dpo): a suspicion became a breach; the 72 hours start. */
export const RecordAwarenessRequest = Type.Object({ awareAt: Instant, basis: AwarenessBasis }, closed);
export type RecordAwarenessRequest = Static<typeof RecordAwarenessRequest>;

/** `POST /breach/v1/breaches/{id}/scope` (dpo): computes it anew, as the next phase. */
export const RecomputeScopeRequest = Type.Object({ scope: BreachScope, occurredTo: Type.Optional(Instant) }, closed);
export type RecomputeScopeRequest = Static<typeof RecomputeScopeRequest>;

/** `POST /breach/v1/breaches/{id}/assessments` (dpo). */
export const AssessBreachRequest = Type.Object(
  {
    risk: BreachRisk,
    consequences: BreachCodes,
    measuresTaken: BreachCodes,
    measuresProposed: BreachCodes,
    reasonsHash: Type.Optional(Sha256),
  },
  closed,
);
export type AssessBreachRequest = Static<typeof AssessBreachRequest>;

/** `POST /breach/v1/breaches/{id}/delays` (dpo): needed once the 72 hours are over. The text stays with the service. */
export const JustifyDelayRequest = Type.Object({ reason: Token, reasons: FreeText }, closed);
export type JustifyDelayRequest = Static<typeof JustifyDelayRequest>;

/** `POST /breach/v1/breaches/{id}/filings` (dpo): texts in the language of the filing. */
export const PrepareFilingRequest = Type.Object(
  {
    authority: SupervisoryAuthority,
    language: FilingLanguage,
    natureText: FreeText,
    consequences: FreeText,
    measures: FreeText,
    categoriesOfSubjects: FreeText,
    /** Needed in German only: the protocols name their items in nl and fr. */
    categoriesOfData: Type.Optional(FreeText),
  },
  closed,
);
export type PrepareFilingRequest = Static<typeof PrepareFilingRequest>;

/** `POST /breach/v1/breaches/{id}/filings/{filingId}/receipts` (dpo): what the party did itself, in the authority's portal. */
export const RecordFilingRequest = Type.Object(
  {
    receiptCode: Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9 ./:_-]{0,99}$' }),
    filedAt: Instant,
  },
  closed,
);
export type RecordFilingRequest = Static<typeof RecordFilingRequest>;

/** `POST /breach/v1/breaches/{id}/subjectInformation` (dpo). */
export const InformSubjectsRequest = Type.Union([
  Type.Object({ mode: Type.Literal('direct'), informedAt: Instant, language: Language, textHash: Sha256 }, closed),
  Type.Object(
    {
      mode: Type.Literal('publicCommunication'),
      exemption: Type.Literal('disproportionateEffort'),
      informedAt: Instant,
      language: Language,
      textHash: Sha256,
    },
    closed,
  ),
  Type.Object({ mode: Type.Literal('exempt'), exemption: Type.Enum(['unintelligible', 'riskRemoved']) }, closed),
]);
export type InformSubjectsRequest = Static<typeof InformSubjectsRequest>;

/** `POST /breach/v1/breaches/{id}/dismissals` (dpo). */
export const DismissBreachRequest = Type.Object({ reason: Token, evidenceHash: Type.Optional(Sha256) }, closed);
export type DismissBreachRequest = Static<typeof DismissBreachRequest>;

/** `POST /breach/v1/breaches/{id}/closings` (dpo). */
export const CloseBreachRequest = Type.Object({ effects: BreachCodes, remedialAction: BreachCodes }, closed);
export type CloseBreachRequest = Static<typeof CloseBreachRequest>;

/** The document for the authority's own portal, in the language of the filing. */
export const FilingDocument = Type.Object(
  {
    /** Says that it was prepared only. */
    statement: Type.String(),
    fields: Type.Array(Type.Object({ article: Type.String(), label: Type.String(), value: Type.String() }, closed)),
  },
  closed,
);
export type FilingDocument = Static<typeof FilingDocument>;

/** Also `GET /breach/v1/breaches/{id}/filings/{filingId}`. */
export const FilingView = Type.Object(
  {
    id: Uuid,
    breachId: Uuid,
    phase: Type.Integer(),
    authority: SupervisoryAuthority,
    language: FilingLanguage,
    state: Type.Enum(['prepared', 'recorded']),
    document: FilingDocument,
    documentHash: Sha256,
    preparedAt: Instant,
    receiptCode: Type.Optional(Type.String()),
    filedAt: Type.Optional(Instant),
    withinDeadline: Type.Optional(Type.Boolean()),
  },
  closed,
);
export type FilingView = Static<typeof FilingView>;

/** How the 72 hours stand. */
export const AuthorityDeadline = Type.Object(
  {
    state: Type.Enum(['notRunning', 'running', 'overdue', 'filed', 'filedLate', 'notRequired', 'dismissed']),
    dueAt: Type.Optional(Instant),
    /** Only while it runs: continuous seconds that are left. */
    remainingSeconds: Type.Optional(Type.Integer()),
    delayJustificationNeeded: Type.Boolean(),
  },
  closed,
);
export type AuthorityDeadline = Static<typeof AuthorityDeadline>;

/** `GET /breach/v1/breaches/{id}` and the answer to every command on a breach. */
export const BreachView = Type.Object(
  {
    id: Uuid,
    state: Type.Enum(['suspected', 'detected', 'dismissed', 'closed']),
    nature: BreachNature,
    ...breachInstants,
    awareBasis: Type.Optional(AwarenessBasis),
    reportedAt: Instant,
    authority: AuthorityDeadline,
    scope: Type.Object(
      {
        phase: Type.Integer(),
        counts: BreachCounts,
        items: Type.Array(Token),
        protocols: Type.Array(Uuid),
        counterparties: Type.Array(Uuid),
        unreadable: Type.Integer(),
        computedAt: Instant,
      },
      closed,
    ),
    assessment: Type.Optional(
      Type.Object(
        {
          risk: BreachRisk,
          consequences: BreachCodes,
          measuresTaken: BreachCodes,
          measuresProposed: BreachCodes,
          assessedAt: Instant,
        },
        closed,
      ),
    ),
    delay: Type.Optional(Type.Object({ reason: Token, reasons: Type.String(), justifiedAt: Instant }, closed)),
    dismissal: Type.Optional(Type.Object({ reason: Token, dismissedAt: Instant }, closed)),
    closing: Type.Optional(
      Type.Object({ effects: BreachCodes, remedialAction: BreachCodes, closedAt: Instant }, closed),
    ),
    notices: Type.Array(Uuid),
    filings: Type.Array(Uuid),
    subjectInformation: Type.Array(
      Type.Object(
        {
          id: Uuid,
          mode: Token,
          exemption: Type.Optional(SubjectsExemption),
          persons: Type.Integer(),
          informedAt: Instant,
        },
        closed,
      ),
    ),
    /** What must still be done before it can be closed: `awareness`, `end`, `scope` (the ledger has outgrown it), `assessment`, … */
    waitsFor: Type.Array(Type.String()),
  },
  closed,
);
export type BreachView = Static<typeof BreachView>;

/** Paging of every list here, in the order of ids. */
export const BreachPageQuery = Type.Object(
  { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
  closed,
);
export type BreachPageQuery = Static<typeof BreachPageQuery>;

/** `GET /breach/v1/breaches` (dpo, ops): the register of every breach of the caller's party. @see GDPR Art. 33(5) */
export const BreachPage = Type.Object({ items: Type.Array(BreachView), next: Type.Optional(Uuid) }, closed);
export type BreachPage = Static<typeof BreachPage>;

/**
 * Items whose values were gone from the vault before the breach began; of a person: from every affected disclosure. Told to a
 * breached receiver alone. They count as affected still: what the receiver copied is not known here.
 */
const ErasedItems = Type.Optional(Type.Array(Token, { minItems: 1 }));

/** `GET /breach/v1/breaches/{id}/disclosures` (dpo): the affected disclosures of the latest phase. */
export const AffectedDisclosurePage = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          disclosureId: Uuid,
          subjectRef: Uuid,
          protocolId: Uuid,
          counterparty: Uuid,
          items: Type.Array(Token),
          erasedItems: ErasedItems,
          recipientUnit: Token,
          authorizedAt: Instant,
          deliveredAt: Type.Optional(Instant),
          collectedAt: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    next: Type.Optional(Uuid),
  },
  closed,
);
export type AffectedDisclosurePage = Static<typeof AffectedDisclosurePage>;

/** `GET /breach/v1/breaches/{id}/subjects` (dpo): whom to tell at high risk, and a plain text to start from. */
export const AffectedSubjectPage = Type.Object(
  {
    items: Type.Array(
      Type.Object({ subjectRef: Uuid, protocolId: Uuid, items: Type.Array(Token), erasedItems: ErasedItems }, closed),
    ),
    next: Type.Optional(Uuid),
    text: Localized,
  },
  closed,
);
export type AffectedSubjectPage = Static<typeof AffectedSubjectPage>;
