import Type, { type Static, type TObject } from 'typebox';
import type { FactService } from '../lib/event-definition.js';
import { CalendarDate, closed, Instant, Name, Sha256, Token } from '../lib/shapes.js';
import { LawChangeImpact } from '../register/law-change-events.js';

/**
 * What a party's own systems may tell over its topic `<installation>.in.<party>`. The topic says which party speaks, the
 * attribute `subject` which disclosure (or protocol) it speaks of, the attribute `id` is the idempotency key.
 *
 * A message is no fact yet: the service that owns the matter decides, and then emits an event of its own.
 */
export interface AgencyMessageDefinition<Data extends TObject = TObject> {
  /** Short form: `contactOutcome.reported`. */
  readonly name: string;
  /** On the wire: `be.convenant.agency.v1.contactOutcome.reported`. */
  readonly type: string;
  /** The one service that decides on it. */
  readonly handledBy: FactService;
  readonly data: Data;
  /** What it says, for the generated catalogue. */
  readonly summary: string;
}

export type AgencyMessageData<Definition> =
  Definition extends AgencyMessageDefinition<infer Data> ? Static<Data> : never;

function defineMessage<const Data extends TObject>(
  name: string,
  rest: Omit<AgencyMessageDefinition<Data>, 'name' | 'type'>,
): AgencyMessageDefinition<Data> {
  return { name, type: `be.convenant.agency.v1.${name}`, ...rest };
}

// When it happened is always said: a message may wait for days before it is read, and terms of years count from it.
const occurred = { occurredAt: Instant };

export const contactOutcomeReported = defineMessage('contactOutcome.reported', {
  handledBy: 'retention',
  summary: 'The receiver has spoken with the client: help is wanted, or declined.',
  data: Type.Object({ outcome: Type.Union([Type.Literal('accepted'), Type.Literal('declined')]), ...occurred }, closed),
});

export const dossierOpened = defineMessage('dossier.opened', {
  handledBy: 'retention',
  summary: 'The receiver has opened a file for the client.',
  data: Type.Object(occurred, closed),
});

export const dossierClosed = defineMessage('dossier.closed', {
  handledBy: 'retention',
  summary: 'The receiver has closed the file of the client.',
  data: Type.Object(occurred, closed),
});

export const dossierReopened = defineMessage('dossier.reopened', {
  handledBy: 'retention',
  summary: 'The receiver has opened a closed file again.',
  data: Type.Object(occurred, closed),
});

export const erasureDeclared = defineMessage('erasure.declared', {
  handledBy: 'retention',
  summary: 'The receiver states that the values are erased in its own systems too.',
  data: Type.Object({ technique: Token, erasedAt: Instant }, closed),
});

export const processorListSharedByAgency = defineMessage('processorList.shared', {
  handledBy: 'register',
  summary:
    'The party tells the other one which processors it uses: the list as it is registered when the message is read. `subject` is the protocol.',
  data: Type.Object(occurred, closed),
});

export const lawChangeNotifiedByAgency = defineMessage('lawChange.notified', {
  handledBy: 'register',
  summary: 'The party tells the other one of a change of the law that touches the protocol. `subject` is the protocol.',
  data: Type.Object(
    {
      instrument: Name,
      inForceOn: CalendarDate,
      impact: LawChangeImpact,
      documentHash: Type.Optional(Sha256),
      ...occurred,
    },
    closed,
  ),
});

/** Every agency message there is, by its wire type. */
export const agencyCatalogue: ReadonlyMap<string, AgencyMessageDefinition> = new Map(
  [
    contactOutcomeReported,
    dossierOpened,
    dossierClosed,
    dossierReopened,
    erasureDeclared,
    processorListSharedByAgency,
    lawChangeNotifiedByAgency,
  ].map((definition) => [definition.type, definition as AgencyMessageDefinition]),
);
