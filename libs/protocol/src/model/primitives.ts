import Type, { type Static, type TEnum, type TSchema } from 'typebox';

/** An object that refuses every key it does not name: a misspelt duty must not vanish silently. */
export const strict = <P extends Record<string, TSchema>>(properties: P, description?: string) =>
  Type.Object(properties, { additionalProperties: false, ...(description ? { description } : {}) });

/** A value, or null where the text leaves it blank. Null is always written out: a blank is a statement. */
export const blank = <T extends TSchema>(schema: T) => Type.Union([schema, Type.Null()]);

/** One of a closed list of words. */
export const oneOf = <const V extends readonly string[]>(values: V) => Type.Enum([...values]) as TEnum<V[number][]>;

export const text = (maxLength = 2000) => Type.String({ minLength: 1, maxLength });

/** The same sentence for people in the three languages the product speaks. */
export const textsSchema = strict({ nl: text(), fr: text(), en: text() });
export type Texts = Static<typeof textsSchema>;

/** A clause id as the text numbers it: `C`, `3`, `3-phase1`, `III.3`. Must stand in `clauses`. */
export const clauseId = Type.String({
  pattern: '^[A-Za-z0-9][A-Za-z0-9.-]{0,39}$',
  description: 'Clause id; stands in `clauses`',
});

/** A short name for referring to an element of the file. */
export const slug = Type.String({ pattern: '^[a-z][A-Za-z0-9-]{0,63}$' });

/** A calendar date in Brussels. */
export const dateString = Type.String({ format: 'date' });

/** An ISO 8601 period longer than zero. */
export const periodString = Type.String({
  pattern: '^P(?!$)(\\d+Y)?(\\d+M)?(\\d+W)?(\\d+D)?(T(?=\\d)(\\d+H)?(\\d+M)?)?$',
});

/** A functional mailbox: of an office, never of a person. */
export const mailbox = Type.String({ format: 'email', maxLength: 254 });

/** SHA-256, lower-case hex. */
export const sha256 = Type.String({ pattern: '^[0-9a-f]{64}$' });

export const partyRoles = ['sender', 'receiver'] as const;
export const partyRoleSchema = oneOf(partyRoles);
/** Who a party is in one protocol: the one that discloses or the one that receives. */
export type PartyRole = (typeof partyRoles)[number];
