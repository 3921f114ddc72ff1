import Type, { type Static } from 'typebox';
import {
  CalendarDate,
  Clause,
  closed,
  Instant,
  Localized,
  Mailbox,
  Name,
  Sha256,
  SignatureMethod,
  Token,
  Uuid,
} from '../lib/shapes.js';
import { ContactRole } from './contact-events.js';
import { DecisionValue } from './events.js';

/** `POST /register/v1/parties` (installation-admin). */
export const RegisterPartyRequest = Type.Object(
  {
    name: Name,
    enterpriseNumber: Type.String({ description: 'KBO number; dots are allowed; check digits are verified' }),
    unitCode: Type.Optional(Token),
    issuer: Type.String({ format: 'uri', description: 'Issuer of the tokens of this party' }),
    jwksUri: Type.String({ format: 'uri' }),
    contacts: Type.Array(Type.Object({ role: ContactRole, mailbox: Mailbox }, closed), { minItems: 1 }),
    /** First data protection officer: the `sub` under which the party's issuer knows the person. */
    firstDpo: Type.Object({ sub: Type.String({ minLength: 1, maxLength: 200 }) }, closed),
  },
  closed,
);
export type RegisterPartyRequest = Static<typeof RegisterPartyRequest>;

export const PartyView = Type.Object(
  {
    id: Uuid,
    name: Name,
    enterpriseNumber: Type.String(),
    unitCode: Type.Optional(Token),
    issuer: Type.String(),
    contacts: Type.Array(Type.Object({ role: ContactRole, mailbox: Mailbox }, closed)),
    registeredAt: Instant,
  },
  closed,
);
export type PartyView = Static<typeof PartyView>;

/** `GET /register/v1/parties`: the caller's own party and its counterparties; an installation-admin sees all. */
export const PartyList = Type.Object({ items: Type.Array(PartyView) }, closed);
export type PartyList = Static<typeof PartyList>;

export const FindingView = Type.Object(
  {
    code: Token,
    severity: Type.Union([Type.Literal('error'), Type.Literal('warning'), Type.Literal('note')]),
    clause: Type.Optional(Type.String()),
    source: Type.Optional(Type.String({ description: 'Legal source' })),
    text: Localized,
    todo: Type.Optional(Localized),
    pointer: Type.Optional(Type.String({ description: 'JSON Pointer into the file' })),
    line: Type.Optional(Type.Integer()),
    column: Type.Optional(Type.Integer()),
    openPoint: Type.Optional(Token),
    /** Set when the parties settled it: who, in which capacity and when. */
    decided: Type.Optional(
      Type.Array(Type.Object({ decidedBy: Token, capacity: Name, decidedOn: CalendarDate }, closed)),
    ),
  },
  closed,
);
export type FindingView = Static<typeof FindingView>;

/** `POST /register/v1/protocols` (agency, dpo or signatory of either party) and `/protocols/validate`. */
export const DraftProtocolRequest = Type.Object(
  {
    parties: Type.Object({ sender: Uuid, receiver: Uuid }, closed),
    /** The whole protocol file as text. */
    file: Type.String({ minLength: 1, maxLength: 1_048_576 }),
    format: Type.Union([Type.Literal('yaml'), Type.Literal('json')]),
    /** SHA-256 of the document that the parties sign. */
    documentHash: Sha256,
  },
  closed,
);
export type DraftProtocolRequest = Static<typeof DraftProtocolRequest>;

/** Answer to `POST /register/v1/protocols/validate`: nothing is stored. `dataHash` is absent while there are errors. */
export const ValidationView = Type.Object(
  { valid: Type.Boolean(), dataHash: Type.Optional(Sha256), findings: Type.Array(FindingView) },
  closed,
);
export type ValidationView = Static<typeof ValidationView>;

export const OpenPointView = Type.Object(
  { id: Token, clause: Clause, question: Localized, required: Type.Boolean(), decided: Type.Boolean() },
  closed,
);

const OpinionOutcome = Type.Enum(['positive', 'negative', 'conditional', 'unstated']);

export const OpinionView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer({ minimum: 1, description: 'Of the protocol' }),
    party: Uuid,
    outcome: OpinionOutcome,
    givenOn: CalendarDate,
    opinionHash: Type.Optional(Sha256),
    followed: Type.Boolean(),
    reasonsHash: Type.Optional(Sha256),
    approvesTranscription: Type.Boolean(),
    recordedAt: Instant,
  },
  closed,
);

/** What a party decided on an open point: shown as the parties' decision, never as the text of the protocol. */
export const DecisionView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer({ minimum: 1, description: 'Of the protocol' }),
    openPoint: Token,
    clause: Clause,
    value: DecisionValue,
    decidedBy: Type.Object({ party: Uuid, capacity: Name }, closed),
    decidedOn: CalendarDate,
    recordedAt: Instant,
  },
  closed,
);

export const SignatureView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer({ minimum: 1, description: 'Of the protocol' }),
    party: Uuid,
    signatory: Token,
    capacity: Name,
    signedOn: CalendarDate,
    method: SignatureMethod,
    documentHash: Sha256,
    dataHash: Sha256,
    recordedAt: Instant,
  },
  closed,
);

/** Also the answer to opinions, decisions and signatures: the protocol as it stands after them. */
export const ProtocolView = Type.Object(
  {
    id: Uuid,
    version: Type.Integer(),
    title: Type.String(),
    regime: Token,
    state: Token,
    parties: Type.Object({ sender: Uuid, receiver: Uuid }, closed),
    documentHash: Sha256,
    dataHash: Sha256,
    effectiveFrom: Type.Optional(Instant),
    endsAt: Type.Optional(Instant),
    findings: Type.Array(FindingView),
    openPoints: Type.Array(OpenPointView),
    opinions: Type.Array(OpinionView),
    decisions: Type.Array(DecisionView),
    signatures: Type.Array(SignatureView),
    endings: Type.Array(Uuid),
    /** Conditions for activation that are not met yet, for example `opinion:receiver` or `openPoint:retention-declined`. */
    waitsFor: Type.Array(Type.String()),
    model: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type ProtocolView = Static<typeof ProtocolView>;

/** `GET /register/v1/protocols?after=&limit=`: the protocols of the caller's party, oldest first. */
export const ProtocolPage = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          id: Uuid,
          version: Type.Integer(),
          title: Type.String(),
          regime: Token,
          state: Token,
          parties: Type.Object({ sender: Uuid, receiver: Uuid }, closed),
          effectiveFrom: Type.Optional(Instant),
          endsAt: Type.Optional(Instant),
        },
        closed,
      ),
    ),
    next: Type.Optional(Type.String()),
  },
  closed,
);
export type ProtocolPage = Static<typeof ProtocolPage>;

/** `POST /register/v1/protocols/{id}/opinions` (dpo). */
export const RecordOpinionRequest = Type.Object(
  {
    outcome: OpinionOutcome,
    givenOn: CalendarDate,
    opinionHash: Type.Optional(Sha256),
    followed: Type.Boolean(),
    reasonsHash: Type.Optional(Sha256),
    approvesTranscription: Type.Boolean(),
    documentHash: Sha256,
    dataHash: Sha256,
  },
  closed,
);
export type RecordOpinionRequest = Static<typeof RecordOpinionRequest>;

/** `POST /register/v1/protocols/{id}/decisions` (dpo or signatory): fills an open point of the text. */
export const DecideGapRequest = Type.Object(
  { openPoint: Token, value: DecisionValue, capacity: Name, decidedOn: CalendarDate },
  closed,
);
export type DecideGapRequest = Static<typeof DecideGapRequest>;

/** `POST /register/v1/protocols/{id}/signatures` (signatory). */
export const SignProtocolRequest = Type.Object(
  {
    signatory: Token,
    signedOn: CalendarDate,
    method: SignatureMethod,
    documentHash: Sha256,
    dataHash: Sha256,
  },
  closed,
);
export type SignProtocolRequest = Static<typeof SignProtocolRequest>;

/** `POST /register/v1/protocols/{id}/endings` (signatory of a party that the ending allows). */
export const EndProtocolRequest = Type.Object(
  {
    kind: Type.Enum(['violation', 'revocation', 'notice']),
    receivedAt: Type.Optional(Instant),
    writingHash: Type.Optional(Sha256),
    violation: Type.Optional(
      Type.Object({ clauses: Type.Array(Clause, { minItems: 1 }), evidenceHash: Sha256 }, closed),
    ),
  },
  closed,
);
export type EndProtocolRequest = Static<typeof EndProtocolRequest>;

/** Answer to an ending, and `GET /register/v1/protocols/{id}/endings/{endingId}`. */
export const EndingView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    kind: Token,
    clause: Clause,
    state: Type.Enum(['scheduled', 'enforcing', 'enforced']),
    endsAt: Instant,
    latencyMs: Type.Optional(Type.Integer()),
    unconfirmed: Type.Array(Uuid),
    dutiesAfter: Type.Array(Token),
  },
  closed,
);
export type EndingView = Static<typeof EndingView>;
