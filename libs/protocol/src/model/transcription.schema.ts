import Type, { type Static } from 'typebox';
import { blank, clauseId, oneOf, partyRoleSchema, slug, strict, text, textsSchema } from './primitives.js';

/**
 * A reference that the text makes. `target` is the clause id it points to as written, null where it names none;
 * `about` is the part of this file that it speaks of, so that a reference to the wrong article shows itself.
 */
export const crossReferenceSchema = strict({
  cites: text(200),
  kind: oneOf(['clause', 'annex', 'passage'] as const),
  target: blank(Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9.°-]{0,39}$' })),
  about: blank(
    oneOf([
      'dataItems',
      'purposes',
      'duration',
      'endings',
      'linkedAgreements',
      'informationPoints',
      'legalBases',
    ] as const),
  ),
  readsAs: blank(clauseId),
});
export type CrossReference = Static<typeof crossReferenceSchema>;

/** Something in the wording that a reader stumbles over: text left in brackets, or damaged by character recognition. */
export const markerSchema = strict({ kind: oneOf(['bracketed', 'damaged'] as const), what: text(300) });

export const clauseSchema = strict({
  id: clauseId,
  title: text(300),
  text: text(4000),
  crossReferences: Type.Optional(Type.Array(crossReferenceSchema)),
  markers: Type.Optional(Type.Array(markerSchema)),
});
export type Clause = Static<typeof clauseSchema>;

/** The words that the text uses for one concept; two different words for one concept are a finding. */
export const termSchema = strict({ concept: slug, word: text(200), clause: clauseId, openPoint: Type.Optional(slug) });

export const decisionKinds = ['text', 'date', 'period', 'choice', 'mailbox', 'sha256'] as const;

/**
 * A question that the text leaves open and the parties can settle. It fills the nulls at `fills` (JSON Pointers) once every
 * party in `decidedBy` has recorded the same value.
 */
export const openPointSchema = strict({
  id: slug,
  clause: clauseId,
  question: textsSchema,
  fills: Type.Array(Type.String({ pattern: '^(/[^/~]*(~[01][^/~]*)*)+$' }), { minItems: 1 }),
  requiredForActivation: Type.Boolean(),
  decidedBy: Type.Array(partyRoleSchema, { minItems: 1 }),
  value: strict({ kind: oneOf(decisionKinds), choices: Type.Optional(Type.Array(text(60), { minItems: 2 })) }),
});
export type OpenPoint = Static<typeof openPointSchema>;
