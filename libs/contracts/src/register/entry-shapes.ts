import Type, { type Static } from 'typebox';
import { CalendarDate, Clause, closed, Instant, Localized, Mailbox, Name, Token, Uuid } from '../lib/shapes.js';

/** Words of a protocol, or of a party about its own register. */
const Words = Type.String({ minLength: 1, maxLength: 4_000 });
const Period = Type.String({ pattern: '^P', maxLength: 40, description: 'ISO 8601 period' });

/** Whose record it is: of a controller (Art. 30(1)), or of one who processes on behalf of the party (Art. 30(2)). */
export const EntrySide = Type.Enum(['controller', 'processor']);

/** *scheduled* until the protocol takes effect; *inForce* while data may flow, also under notice. */
export const EntryState = Type.Enum(['scheduled', 'inForce', 'suspended', 'ended']);

const EntryParty = Type.Object(
  {
    id: Uuid,
    name: Name,
    enterpriseNumber: Type.String({ pattern: '^[01]\\d{9}$' }),
    unitCode: Type.Optional(Token),
    /** Functional mailboxes of its data protection officer. */
    dpo: Type.Array(Mailbox),
  },
  closed,
);

/** One who processes for a party, or carries the data: as the text of the protocol or its party names them. */
const EntryProcessor = Type.Object(
  {
    name: Words,
    kind: Type.Enum(['processor', 'subProcessor', 'installation', 'integrator']),
    legalForm: Type.Optional(Name),
    enterpriseNumber: Type.Optional(Type.String({ pattern: '^[01]\\d{9}$' })),
    activities: Type.Optional(Words),
    clause: Type.Optional(Clause),
  },
  closed,
);
export type EntryProcessor = Static<typeof EntryProcessor>;

const DeclaredRecipient = Type.Object({ category: Token, label: Type.Optional(Name) }, closed);
const DeclaredRetention = Type.Object({ rule: Token, period: Period }, closed);
const list = { maxItems: 100, uniqueItems: true } as const;

/**
 * What a party's own register says of the same processing. A list that is left out says the same as the generated entry; one
 * that is given stands as a whole, also when it is empty.
 */
export const DeclaredEntry = Type.Object(
  {
    /** Under which the party keeps it in its own register. */
    reference: Name,
    purposes: Type.Optional(Type.Array(Token, list)),
    legalBases: Type.Optional(Type.Array(Token, list)),
    dataItems: Type.Optional(Type.Array(Token, list)),
    recipients: Type.Optional(Type.Array(DeclaredRecipient, list)),
    /** Per retention rule of the protocol. */
    retention: Type.Optional(Type.Array(DeclaredRetention, list)),
    /** By name. */
    processors: Type.Optional(Type.Array(Name, list)),
    /** Countries outside the EEA, ISO 3166-1 alpha-2. No protocol allows one. */
    thirdCountries: Type.Optional(Type.Array(Type.String({ pattern: '^[A-Z]{2}$' }), list)),
  },
  closed,
);
export type DeclaredEntry = Static<typeof DeclaredEntry>;

/**
 * One entry of the register of processing activities. Of a processor it has the fields of Art. 30(2); the lists that only a
 * controller keeps are empty there. Offices and functional mailboxes only.
 *
 * @see GDPR Art. 30(1)(a) to (g), 30(2)(a) to (d)
 */
export const EntryContent = Type.Object(
  {
    side: EntrySide,
    /** Of the controller under the protocol. */
    role: Type.Enum(['sender', 'receiver']),
    state: EntryState,
    title: Localized,
    protocol: Type.Object(
      { reference: Token, version: Type.Integer({ minimum: 1 }), regime: Token, clause: Type.Optional(Clause) },
      closed,
    ),
    effectiveFrom: Instant,
    endsAt: Type.Optional(Instant),
    controller: EntryParty,
    /** The other controller. */
    counterparty: EntryParty,
    /** What the party answers for under the protocol, in the words of its text. */
    controllerFor: Words,
    /** The one whose record it is, of an entry of the side *processor*. */
    processor: Type.Optional(EntryProcessor),
    purposes: Type.Array(Type.Object({ id: Token, label: Localized, clause: Clause }, closed)),
    /** For what the sender collected the data at first. */
    originalPurpose: Type.Optional(
      Type.Object({ text: Words, instrument: Words, article: Type.Optional(Words), clause: Clause }, closed),
    ),
    legalBases: Type.Array(
      Type.Object(
        {
          id: Token,
          covers: Type.Enum(['collection', 'communication', 'use']),
          instrument: Type.Optional(Words),
          articles: Type.Array(Words),
          gdprArt6: Type.Enum(['a', 'c', 'e']),
          clause: Clause,
        },
        closed,
      ),
    ),
    compatibility: Type.Optional(
      Type.Object({ conclusion: Type.Enum(['compatible', 'incompatible']), clause: Clause }, closed),
    ),
    /** Categories of data subjects: whom the exchange is about, as the protocol describes it. */
    dataSubjects: Localized,
    dataItems: Type.Array(
      Type.Object(
        {
          id: Token,
          label: Localized,
          authenticSource: Type.Optional(Words),
          specialCategory: Type.Optional(
            Type.Object({ article: Type.Enum(['9', '10']), ground: Type.Optional(Words) }, closed),
          ),
          clause: Clause,
        },
        closed,
      ),
    ),
    recipients: Type.Array(
      Type.Object(
        {
          category: Token,
          label: Localized,
          party: Type.Optional(Uuid),
          unit: Type.Optional(Token),
          /** Reached only by an onward disclosure of the receiver. */
          onward: Type.Boolean(),
          clause: Clause,
        },
        closed,
      ),
    ),
    /** Always empty: a protocol has no clause that lets data leave the EEA, and what no clause allows is refused. */
    thirdCountryTransfers: Type.Array(Words, { maxItems: 0 }),
    retention: Type.Array(
      Type.Object(
        {
          id: Token,
          label: Localized,
          from: Token,
          until: Type.Optional(Token),
          period: Type.Optional(Period),
          ceiling: Type.Optional(Period),
          basis: Type.Optional(Words),
          destructionBasis: Type.Optional(Words),
          clause: Clause,
        },
        closed,
      ),
    ),
    security: Type.Array(Type.Object({ id: Token, kind: Token, text: Words, clause: Clause }, closed)),
    processors: Type.Array(EntryProcessor),
    routes: Type.Array(
      Type.Object(
        {
          id: Token,
          kind: Token,
          operator: Type.Optional(Words),
          cipher: Type.Optional(Token),
          fallbackOf: Type.Optional(Token),
          /** Who answers for the transmission over a fallback. */
          controllerForTransfer: Type.Optional(Token),
          clause: Clause,
        },
        closed,
      ),
    ),
    declared: Type.Optional(DeclaredEntry),
    declaredOn: Type.Optional(CalendarDate),
  },
  closed,
);
export type EntryContent = Static<typeof EntryContent>;

/** A difference between what a party declared and the protocol, which is what the other party has too. */
export const EntryMismatch = Type.Object(
  {
    /** Whose own register differs. */
    party: Uuid,
    aspect: Type.Enum([
      'purposes',
      'legalBases',
      'dataItems',
      'recipients',
      'retention',
      'processors',
      'thirdCountries',
    ]),
    kind: Type.Enum(['notInProtocol', 'missingInOwnRegister', 'longerThanProtocol', 'shorterThanProtocol']),
    /** Which one: an id of the protocol, or what the party wrote. */
    about: Words,
    clause: Type.Optional(Clause),
  },
  closed,
);
export type EntryMismatch = Static<typeof EntryMismatch>;
