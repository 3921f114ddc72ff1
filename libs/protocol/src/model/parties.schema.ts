import Type, { type Static } from 'typebox';
import { blank, clauseId, dateString, mailbox, oneOf, partyRoleSchema, slug, strict, text } from './primitives.js';

/** One who signs, by capacity. The file never holds a natural person's name. */
export const signatorySchema = strict({ id: slug, capacity: text(200), clause: clauseId });
export type Signatory = Static<typeof signatorySchema>;

export const partySchema = strict({
  name: text(300),
  kbo: Type.String({
    pattern: '^[01]\\d{3}\\.\\d{3}\\.\\d{3}$',
    description: 'Enterprise number; check digits are verified',
  }),
  kboScope: oneOf(['party', 'wholeAuthority'] as const),
  unitCode: blank(text(40)),
  seat: strict({ street: text(200), postalCode: Type.String({ pattern: '^\\d{4}$' }), municipality: text(100) }),
  status: strict({ statement: text(), instruments: Type.Array(text(400)), clause: clauseId }),
  controllerFor: text(400),
  signatories: Type.Array(signatorySchema, { minItems: 1 }),
  dpo: strict({ contact: blank(mailbox), clause: clauseId }),
  clause: clauseId,
});
export type Party = Static<typeof partySchema>;

/** What the signed text itself says of the two opinions; the opinions recorded in the system are events. */
export const statedOpinionSchema = strict({
  party: partyRoleSchema,
  on: blank(dateString),
  outcome: oneOf(['positive', 'negative', 'conditional', 'unstated'] as const),
  about: oneOf(['draft', 'final', 'unstated'] as const),
  attached: Type.Boolean(),
  clause: clauseId,
});
export type StatedOpinion = Static<typeof statedOpinionSchema>;

/** How the signed text dates itself. `on` is null where day, month or year is blank. */
export const signatureSchema = strict({
  place: text(100),
  on: blank(dateString),
  stated: blank(text(100)),
  copies: Type.Integer({ minimum: 1 }),
  clause: clauseId,
});
