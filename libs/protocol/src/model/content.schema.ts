import Type, { type Static } from 'typebox';
import {
  blank,
  clauseId,
  mailbox,
  oneOf,
  partyRoleSchema,
  periodString,
  slug,
  strict,
  text,
  textsSchema,
} from './primitives.js';

export const purposeSchema = strict({ id: slug, label: textsSchema, clause: clauseId });
export type Purpose = Static<typeof purposeSchema>;

export const originalPurposeSchema = strict({
  text: text(),
  instrument: text(400),
  article: blank(text(100)),
  clause: clauseId,
});

/** A legal ground of one side. `gdprArt6` is the letter of Art. 6(1) it rests on. */
export const legalBasisSchema = strict({
  id: slug,
  side: partyRoleSchema,
  covers: oneOf(['collection', 'communication', 'use'] as const),
  instrument: blank(text(400)),
  articles: Type.Array(text(60)),
  gdprArt6: oneOf(['a', 'c', 'e'] as const),
  clause: clauseId,
});
export type LegalBasis = Static<typeof legalBasisSchema>;

const factor = blank(text());
/** The five factors of GDPR Art. 6(4); null where the text does not speak of one. */
export const compatibilitySchema = strict({
  conclusion: oneOf(['compatible', 'incompatible'] as const),
  link: factor,
  context: factor,
  natureOfData: factor,
  consequences: factor,
  safeguards: factor,
  clause: clauseId,
});

export const fieldFormats = [
  'personName',
  'street',
  'postalCode',
  'municipality',
  'phone',
  'email',
  'date',
  'boolean',
  'code',
  'nationalNumber',
  'bisNumber',
  'afisNumber',
  'text',
] as const;
export type FieldFormat = (typeof fieldFormats)[number];

export const fieldSchema = strict({
  name: slug,
  label: textsSchema,
  format: oneOf(fieldFormats),
  required: Type.Boolean(),
});
export type DataField = Static<typeof fieldSchema>;

/** One entry of the closed list of data. `specialCategory` blocks the item until `ground` is filled. */
export const dataItemSchema = strict({
  id: slug,
  label: textsSchema,
  reason: blank(text()),
  authenticSource: blank(text(300)),
  specialCategory: blank(strict({ article: oneOf(['9', '10'] as const), ground: blank(text()) })),
  fields: Type.Array(fieldSchema, { minItems: 1 }),
  clause: clauseId,
});
export type DataItem = Static<typeof dataItemSchema>;

export const recipientSchema = strict({
  category: slug,
  label: textsSchema,
  partyRole: oneOf(['receiver', 'thirdParty'] as const),
  unit: blank(slug),
  requiresSecrecy: Type.Boolean(),
  secrecyClause: blank(clauseId),
  onward: Type.Boolean({ description: 'Reached only by an onward disclosure of the receiver' }),
  onwardRule: blank(text(400)),
  competence: blank(
    strict({
      basis: blank(oneOf(['residence', 'stay'] as const)),
      item: slug,
      field: slug,
      values: Type.Array(text(60), { minItems: 1 }),
    }),
  ),
  clause: clauseId,
});
export type Recipient = Static<typeof recipientSchema>;

export const senderUnitSchema = strict({
  unit: slug,
  label: text(300),
  requiresSecrecy: Type.Boolean(),
  secrecyClause: blank(clauseId),
  clause: clauseId,
});
export type SenderUnit = Static<typeof senderUnitSchema>;

/** `use.occurrences` null: the consent is not used up. `role` says whether consent is the GDPR basis or a condition. */
export const consentSchema = strict({
  required: Type.Boolean(),
  role: oneOf(['statutoryCondition', 'legalBasis', 'none'] as const),
  informationPoints: Type.Array(strict({ id: slug, label: textsSchema })),
  informationSource: blank(text(400)),
  use: strict({ occurrences: blank(Type.Integer({ minimum: 1 })) }),
  validity: blank(periodString),
  clause: clauseId,
});
export type ConsentRule = Static<typeof consentSchema>;

export const routeKinds = ['mail7zip', 'inboxApi', 'integrator', 'direct'] as const;
export type RouteKind = (typeof routeKinds)[number];
export const routeSchema = strict({
  id: slug,
  kind: oneOf(routeKinds),
  address: blank(mailbox),
  cipher: blank(oneOf(['7z-aes-256'] as const)),
  default: Type.Boolean(),
  operator: blank(text(300)),
  fallback: blank(
    strict({ of: slug, when: text(400), controllerForTransfer: oneOf(['sender', 'receiver', 'integrator'] as const) }),
  ),
  clause: clauseId,
});
export type Route = Static<typeof routeSchema>;

/**
 * One row of the table that says what a task needs: for a capacity, or for whoever has the task when it is null. `basis` is
 * the law that says so, where one does.
 */
export const userScopeSchema = strict({
  task: slug,
  capacity: blank(slug),
  items: Type.Array(slug, { minItems: 1 }),
  basis: blank(text(400)),
  clause: clauseId,
});
export type UserScope = Static<typeof userScopeSchema>;

/**
 * Present where the receiver pulls: by which identifiers, and for whom. Null where the sender pushes.
 *
 * `users.scope` absent: the text fixes no table, so each authorisation says which items its task and capacity need.
 * `users.budget` absent: how many look-ups one user may make is the installation's own limit.
 */
export const lookupsSchema = strict({
  identifiers: Type.Array(
    strict({ kind: oneOf(['nationalNumber', 'bisNumber', 'afisNumber'] as const), onlyInAbsenceOf: Type.Array(slug) }),
    { minItems: 1 },
  ),
  users: strict({
    scopeSource: oneOf(['law', 'protocol'] as const),
    namedUserRequired: Type.Boolean(),
    supervisorRequired: Type.Boolean(),
    scope: Type.Optional(Type.Array(userScopeSchema, { minItems: 1 })),
    budget: Type.Optional(
      strict({ lookUps: Type.Integer({ minimum: 1, maximum: 100_000 }), period: periodString, clause: clauseId }),
    ),
    scopeClause: clauseId,
    clause: clauseId,
  }),
  clause: clauseId,
});
