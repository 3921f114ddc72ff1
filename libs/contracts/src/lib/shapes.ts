import Type, { type Static } from 'typebox';

/** Shapes that many messages share. Objects are closed: an unknown field is an error, never dropped. */
export const closed = { additionalProperties: false } as const;

/** In lower case only: a UUID in two spellings would be two aggregates with two locks. */
export const Uuid = Type.String({ format: 'uuid', pattern: '^[0-9a-f-]{36}$' });
export const Instant = Type.String({ format: 'date-time', description: 'RFC 3339 with offset' });
export const CalendarDate = Type.String({ format: 'date', description: 'YYYY-MM-DD, Brussels' });
export const Sha256 = Type.String({ pattern: '^[0-9a-f]{64}$', description: 'SHA-256, lower-case hex' });
export const Clause = Type.String({ minLength: 1, maxLength: 60, description: 'Clause id as in the protocol file' });
export const Code = Type.String({ pattern: '^[A-Z][A-Z0-9_]{1,59}$' });
export const Name = Type.String({ minLength: 1, maxLength: 200 });
export const Token = Type.String({ minLength: 1, maxLength: 100, pattern: '^[A-Za-z0-9][A-Za-z0-9._:-]*$' });
/** Who acts, by the pseudonym that every service of the installation computes alike from issuer and `sub`. */
export const UserRef = Type.String({ pattern: '^u_[A-Za-z0-9_-]{43}$' });
export const Language = Type.Union([Type.Literal('nl'), Type.Literal('fr'), Type.Literal('en'), Type.Literal('de')]);
export const Mailbox = Type.String({ format: 'email', maxLength: 254 });

/** A text for people in the three languages of the product. */
export const Localized = Type.Object({ nl: Type.String(), fr: Type.String(), en: Type.String() }, closed);
export type Localized = Static<typeof Localized>;

/** A recipient is named by party, unit and category, never by person. */
export const Recipient = Type.Object({ party: Uuid, unit: Token, category: Token }, closed);
export type Recipient = Static<typeof Recipient>;

export const SignatureMethod = Type.Union([Type.Literal('paper'), Type.Literal('QES'), Type.Literal('platform')]);

/** The fact that stopped something: which aggregate of which service, at which version. */
export const BarrierCause = Type.Object(
  {
    kind: Type.Union([
      Type.Literal('withdrawal'),
      Type.Literal('ending'),
      Type.Literal('suspension'),
      Type.Literal('revocation'),
      Type.Literal('hold'),
      Type.Literal('restriction'),
      Type.Literal('objection'),
    ]),
    service: Type.String(),
    subject: Uuid,
    aggregateversion: Type.Integer({ minimum: 1 }),
  },
  closed,
);
export type BarrierCause = Static<typeof BarrierCause>;
