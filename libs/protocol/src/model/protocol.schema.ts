import Type, { type Static } from 'typebox';
import * as content from './content.schema.js';
import * as duties from './duties.schema.js';
import { partySchema, signatureSchema, statedOpinionSchema } from './parties.schema.js';
import { blank, clauseId, dateString, oneOf, partyRoleSchema, slug, strict, text, textsSchema } from './primitives.js';
import { clauseSchema, openPointSchema, termSchema } from './transcription.schema.js';

export const regimeIds = ['be-fed-art20', 'be-vl-art8'] as const;
export type RegimeId = (typeof regimeIds)[number];

/**
 * The shape of a protocol file: a transcription of a signed text, with the clause of every rule.
 *
 * Null means that the text is silent or blank there. Unknown keys are refused.
 */
export const protocolSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    format: Type.Literal(1),
    reference: Type.String({ pattern: '^[a-z0-9][a-z0-9-]{2,99}$' }),
    title: textsSchema,
    language: oneOf(['nl', 'fr', 'de'] as const),
    kind: oneOf(['bilateral', 'framework', 'accession'] as const),
    framework: Type.Optional(
      Type.String({
        description:
          'Reference of the framework protocol that is acceded to; also the id of that agreement in `linkedAgreements`',
      }),
    ),
    regime: strict({
      id: oneOf(regimeIds),
      applicability: Type.Array(
        strict({ condition: slug, answer: oneOf(['yes', 'no', 'unknown'] as const), reason: text() }),
      ),
      alternativeInstrument: blank(text(400)),
      clause: clauseId,
    }),
    subject: strict({
      text: textsSchema,
      clause: clauseId,
      /** Categories of data subjects, where the text says whom the data are about. @see GDPR Art. 30(1)(c) */
      persons: Type.Optional(strict({ text: textsSchema, clause: clauseId })),
    }),
    parties: strict({ sender: partySchema, receiver: partySchema }),
    opinions: Type.Array(statedOpinionSchema),
    purposes: Type.Array(content.purposeSchema, { minItems: 1 }),
    originalPurpose: blank(content.originalPurposeSchema),
    legalBases: Type.Array(content.legalBasisSchema),
    compatibility: blank(content.compatibilitySchema),
    dataItems: Type.Array(content.dataItemSchema, { minItems: 1 }),
    itemsClause: clauseId,
    dataFormat: blank(strict({ text: text(), clause: clauseId })),
    specialCategories: strict({ stated: oneOf(['none', 'flagged', 'unstated'] as const), clause: clauseId }),
    recipients: Type.Array(content.recipientSchema),
    recipientsClause: blank(clauseId),
    senderUnits: Type.Array(content.senderUnitSchema),
    consent: content.consentSchema,
    routes: Type.Array(content.routeSchema, { minItems: 1 }),
    lookups: blank(content.lookupsSchema),
    retention: strict({ rules: Type.Array(duties.retentionRuleSchema) }),
    quality: blank(duties.qualitySchema),
    breach: blank(duties.breachSchema),
    duties: Type.Array(duties.dutySchema),
    securityMeasures: Type.Array(duties.securityMeasureSchema),
    processors: duties.processorsSchema,
    publication: blank(strict({ by: Type.Array(partyRoleSchema), where: text(200), clause: clauseId })),
    linkedAgreements: Type.Array(duties.linkedAgreementSchema),
    periodicity: blank(
      strict({ mode: oneOf(['perCase', 'onRequest', 'periodic'] as const), text: text(), clause: clauseId }),
    ),
    duration: blank(
      strict({
        kind: oneOf(['linkedAgreement', 'untilRevoked', 'fixed'] as const),
        agreement: blank(slug),
        endsOn: blank(dateString),
        dutiesAfter: Type.Optional(
          Type.Array(duties.dutyAfterSchema, { description: 'What the end of a fixed term leaves to be done' }),
        ),
        clause: clauseId,
      }),
    ),
    entryIntoForce: strict({ kind: oneOf(['date', 'onSignature'] as const), on: blank(dateString), clause: clauseId }),
    signature: signatureSchema,
    endings: Type.Array(duties.endingSchema, { minItems: 1 }),
    rights: strict({ limits: blank(text()), exercise: blank(text()), clause: blank(clauseId) }),
    sanctions: Type.Array(strict({ text: text(), clause: clauseId })),
    governingLaw: blank(strict({ law: text(200), court: blank(text(200)), clause: clauseId })),
    terms: Type.Array(termSchema),
    clauses: Type.Array(clauseSchema, { minItems: 1 }),
    openPoints: Type.Array(openPointSchema),
  },
  {
    additionalProperties: false,
    $id: 'urn:convenant:schema:protocol:1',
    title: 'Protocol',
    description: 'A data-protection protocol between two public bodies, as data.',
  },
);

/** A protocol file that has the right shape. Whether it may run is for `validateProtocol` to say. */
export type ProtocolModel = Static<typeof protocolSchema>;
