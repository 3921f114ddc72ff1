import Type, { type Static } from 'typebox';
import { CalendarDate, Clause, closed, Instant, Name, Sha256, Token, Uuid } from '../lib/shapes.js';

/** Most bytes of one document. */
export const DOCUMENT_MAX_BYTES = 4 * 1024 * 1024;

/** What a document may be: what DPOs read and nothing that a browser executes. */
export const DocumentMediaType = Type.Enum(['application/pdf', 'image/png', 'image/jpeg', 'text/plain']);

/**
 * `POST /register/v1/protocols/{id}/documents` (dpo or signatory): keeps a document of the parties by its hash, for both
 * parties. It is no place for values of data subjects.
 */
export const UploadDocumentRequest = Type.Object(
  {
    title: Name,
    mediaType: DocumentMediaType,
    content: Type.String({
      minLength: 4,
      maxLength: Math.ceil(DOCUMENT_MAX_BYTES / 3) * 4,
      // Checked by decoding: a pattern would remember each of millions of characters to step back to.
      contentEncoding: 'base64',
      description: 'The bytes in base64 (RFC 4648, section 4), at most 4 MiB of them',
    }),
    /** What the sender counted; refused when the bytes that arrived have another. */
    documentHash: Sha256,
  },
  closed,
);
export type UploadDocumentRequest = Static<typeof UploadDocumentRequest>;

/** What refers to a document by its hash. */
const DocumentUses = Type.Array(
  Type.Object({ kind: Type.Enum(['opinion', 'reasons', 'evidence', 'contract', 'lawChange']), id: Uuid }, closed),
);

export const DocumentView = Type.Object(
  {
    documentHash: Sha256,
    protocolId: Uuid,
    party: Uuid,
    title: Name,
    mediaType: DocumentMediaType,
    bytes: Type.Integer({ minimum: 1 }),
    uploadedAt: Instant,
    uses: DocumentUses,
  },
  closed,
);
export type DocumentView = Static<typeof DocumentView>;

/** `GET /register/v1/protocols/{id}/documents`: newest first, at most 500; `GET …/documents/{documentHash}` has the bytes. */
export const DocumentsView = Type.Object(
  {
    items: Type.Array(DocumentView),
    /**
     * Hashes that something refers to, of documents that are not kept here: never uploaded, or lost with what a restored database
     * does not have. The same bytes, uploaded (again) by either party, take their place.
     */
    missing: Type.Array(Type.Object({ documentHash: Sha256, uses: DocumentUses }, closed)),
  },
  closed,
);
export type DocumentsView = Static<typeof DocumentsView>;

/**
 * `POST /register/v1/protocols/{id}/evidence` (dpo or signatory of the party whose measure it is). Without `validUntil` it
 * counts for the period of the installation.
 */
export const RecordEvidenceRequest = Type.Object(
  { measure: Token, documentHash: Sha256, asOf: CalendarDate, validUntil: Type.Optional(CalendarDate) },
  closed,
);
export type RecordEvidenceRequest = Static<typeof RecordEvidenceRequest>;

export const EvidenceView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    measure: Token,
    clause: Clause,
    documentHash: Sha256,
    asOf: CalendarDate,
    validUntil: Instant,
    state: Type.Enum(['current', 'stale', 'replaced']),
    recordedAt: Instant,
  },
  closed,
);
export type EvidenceView = Static<typeof EvidenceView>;

/** `GET /register/v1/protocols/{id}/evidence`: newest first, at most 500. */
export const EvidencesView = Type.Object({ items: Type.Array(EvidenceView) }, closed);
export type EvidencesView = Static<typeof EvidencesView>;

/** `POST /register/v1/protocols/{id}/evidence-requests` (dpo or signatory). Without `measures`: every one of the other party. */
export const RequestEvidenceRequest = Type.Object(
  { measures: Type.Optional(Type.Array(Token, { minItems: 1, maxItems: 50, uniqueItems: true })) },
  closed,
);
export type RequestEvidenceRequest = Static<typeof RequestEvidenceRequest>;

/** `POST …/evidence-requests/{requestId}/delivery` (dpo or signatory of the party that was asked). */
export const DeliverEvidenceRequest = Type.Object(
  { evidence: Type.Array(Uuid, { minItems: 1, maxItems: 100, uniqueItems: true }) },
  closed,
);
export type DeliverEvidenceRequest = Static<typeof DeliverEvidenceRequest>;

export const EvidenceRequestView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    ofParty: Uuid,
    measures: Type.Array(Token),
    clause: Type.Optional(Clause),
    state: Type.Enum(['open', 'overdue', 'delivered']),
    requestedAt: Instant,
    answerBy: Instant,
    delivery: Type.Optional(
      Type.Object(
        {
          evidence: Type.Array(Uuid),
          deliveredAt: Instant,
          answeredWithinSeconds: Type.Integer({ minimum: 0 }),
          late: Type.Boolean(),
        },
        closed,
      ),
    ),
  },
  closed,
);
export type EvidenceRequestView = Static<typeof EvidenceRequestView>;

/** `GET /register/v1/protocols/{id}/evidence-requests`: open ones first, at most 500. */
export const EvidenceRequestsView = Type.Object({ items: Type.Array(EvidenceRequestView) }, closed);
export type EvidenceRequestsView = Static<typeof EvidenceRequestsView>;
