import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Instant, Sha256, Uuid } from '../lib/shapes.js';

/**
 * A message of the party that was refused: where it stands and why, never what it says. Whoever sent it finds it by its
 * position, or by the hash of its value.
 */
export const QuarantinedMessage = Type.Object(
  {
    id: Uuid,
    topic: Type.String(),
    partition: Type.Integer({ minimum: 0 }),
    offset: Type.String({ pattern: '^\\d+$' }),
    code: Code,
    clause: Type.Optional(Clause),
    /** Faults of a message that breaks its schema. */
    faults: Type.Array(
      Type.Object(
        {
          in: Type.Union([Type.Literal('header'), Type.Literal('body')]),
          name: Type.String({ description: 'JSON Pointer, or the name of the header' }),
          detail: Type.String(),
        },
        closed,
      ),
    ),
    /** SHA-256 of the value as it was sent. */
    messageHash: Sha256,
    quarantinedAt: Instant,
  },
  closed,
);
export type QuarantinedMessage = Static<typeof QuarantinedMessage>;

/** `GET /<service>/v1/quarantine?after=&limit=` (agency, dpo): refused messages of the caller's party, the newest first. */
export const QuarantinePage = Type.Object({ items: Type.Array(QuarantinedMessage), next: Type.Optional(Uuid) }, closed);
export type QuarantinePage = Static<typeof QuarantinePage>;

export const QuarantineQuery = Type.Object(
  { after: Type.Optional(Uuid), limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200 })) },
  closed,
);
export type QuarantineQuery = Static<typeof QuarantineQuery>;

/**
 * `GET /register/v1/parties/{id}/topics` (installation-admin; agency, dpo and ops of the party): what the party's own
 * systems connect with. `pending` until topics and rights are made; the operator makes the principal itself.
 */
export const PartyTopicsView = Type.Object(
  {
    partyId: Uuid,
    state: Type.Union([Type.Literal('pending'), Type.Literal('made')]),
    /** Name of the SCRAM-SHA-512 principal; its consumer groups must begin with it. */
    principal: Type.String(),
    /** Where the party writes. */
    in: Type.String(),
    /** Where the party reads what it may see. */
    audit: Type.String(),
    madeAt: Type.Optional(Instant),
  },
  closed,
);
export type PartyTopicsView = Static<typeof PartyTopicsView>;
