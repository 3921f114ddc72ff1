import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { BarrierCause, Clause, closed, Code, Instant, Recipient, Sha256, Token, Uuid } from '../lib/shapes.js';
import { Supervisor } from '../register/user-events.js';
import { keyEvents } from './key-events.js';
import { onwardEvents } from './onward-events.js';
import { routeEvents, TransferController } from './route-events.js';
import { qualityEvents } from './quality-events.js';
import { restrictionEvents } from './restriction-events.js';

export const subjectRegistered = defineEvent('transfer', 'subject.registered', {
  aggregate: 'subject',
  sees: ['P'],
  classification: 'pseudonymous',
  summary: 'A person got a reference under a protocol; who it is stays in the mapping beside the vault.',
  data: Type.Object({ subjectRef: Uuid, protocolId: Uuid, party: Uuid, registeredAt: Instant }, closed),
});

export const subjectMappingErased = defineEvent('transfer', 'subject.mapping.erased', {
  aggregate: 'subject',
  sees: ['P'],
  classification: 'pseudonymous',
  summary:
    'The accountability period of the last disclosure is over: the reference leads to nobody any more, and requests of that person are not identifiable.',
  data: Type.Object(
    {
      subjectRef: Uuid,
      protocolId: Uuid,
      party: Uuid,
      /** Hashes with their sealed case references and identifiers that are gone. */
      keys: Type.Integer({ minimum: 0 }),
      /** Backups can give them until this generation of the key-encryption key is destroyed. */
      kekGeneration: Type.Integer({ minimum: 1 }),
      period: Type.String({ description: 'ISO 8601' }),
      /** The law or decision that the period rests on. */
      basis: Type.String({ minLength: 1, maxLength: 200 }),
      erasedAt: Instant,
    },
    closed,
  ),
});

const disclosure = {
  disclosureId: Uuid,
  subjectRef: Uuid,
  protocolId: Uuid,
  requesterParty: Uuid,
  requesterUnit: Type.Optional(Token),
  purpose: Token,
  items: Type.Array(Token),
  recipient: Recipient,
  consentId: Type.Optional(Uuid),
  /** Where the receiver looked it up: by which kind of identifier, and under which authorisation of the user in `actorref`. */
  lookUp: Type.Optional(
    Type.Object(
      {
        identifierKind: Token,
        absentKinds: Type.Array(Token),
        task: Token,
        authorizationId: Type.Optional(Uuid),
        capacity: Type.Optional(Token),
        supervisor: Type.Optional(Supervisor),
      },
      closed,
    ),
  ),
  requestedAt: Instant,
};

export const disclosureAuthorized = defineEvent('transfer', 'disclosure.authorized', {
  aggregate: 'disclosure',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The protocol allows it; only after this is committed may a byte leave.',
  data: Type.Object(
    {
      ...disclosure,
      protocolVersion: Type.Integer({ minimum: 1 }),
      clause: Clause,
      channel: Type.Object({ kind: Token, route: Token, cipher: Type.Optional(Token) }, closed),
      /** Facts it was decided on, by version: what makes the verdict checkable. */
      facts: Type.Array(
        Type.Object({ kind: Token, subject: Uuid, aggregateversion: Type.Integer({ minimum: 0 }) }, closed),
      ),
    },
    closed,
  ),
});

export const disclosureRefused = defineEvent('transfer', 'disclosure.refused', {
  aggregate: 'disclosure',
  sees: ['requester'],
  classification: 'pseudonymous',
  summary: 'No clause allows it, or a fact is missing (`verdict: gap`); recorded like a success.',
  data: Type.Object(
    {
      ...disclosure,
      verdict: Type.Union([Type.Literal('refused'), Type.Literal('gap')]),
      code: Code,
      clause: Type.Optional(Clause),
      /** Of a gap: the facts that are missing or blocked, for the DPO who can repair them. */
      missing: Type.Optional(Type.Array(Type.String({ maxLength: 200, pattern: '^[A-Za-z0-9][A-Za-z0-9._:/-]*$' }))),
    },
    closed,
  ),
});

export const disclosureDelivered = defineEvent('transfer', 'disclosure.delivered', {
  aggregate: 'disclosure',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'The route handed it over: when, by which route, with which receipt.',
  data: Type.Object(
    {
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      attemptId: Uuid,
      route: Token,
      cipher: Type.Optional(Token),
      /** Of the archive that left. */
      archiveDigest: Type.Optional(Sha256),
      archiveBytes: Type.Optional(Type.Integer({ minimum: 1 })),
      receipt: Type.Optional(Type.String({ maxLength: 200 })),
      /** Of a look-up: who is controller of the transfer by this route. */
      controllerOfTransfer: Type.Optional(TransferController),
      /** Of a look-up: from which source each item came, and in which version it stood there. */
      items: Type.Optional(
        Type.Array(Type.Object({ item: Token, fields: Type.Array(Token), source: Token, version: Token }, closed)),
      ),
      deliveredAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const disclosureFailed = defineEvent('transfer', 'disclosure.failed', {
  aggregate: 'disclosure',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'It never reached the receiver; its values are erased. The cause is the code.',
  data: Type.Object(
    {
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      code: Code,
      clause: Type.Optional(Clause),
      failedAt: Instant,
    },
    closed,
  ),
});

export const disclosureDeliveryUnconfirmed = defineEvent('transfer', 'disclosure.delivery.unconfirmed', {
  aggregate: 'disclosure',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'A delivery attempt was cut off: whether its bytes arrived is not known.',
  data: Type.Object(
    { disclosureId: Uuid, protocolId: Uuid, subjectRef: Uuid, attemptId: Uuid, closedAt: Instant },
    closed,
  ),
});

export const disclosureCollected = defineEvent('transfer', 'disclosure.collected', {
  aggregate: 'disclosure',
  sees: ['S', 'R'],
  classification: 'pseudonymous',
  summary: 'A user of the named unit collected the passphrase or the items over the inbox API; `actorref` says who.',
  data: Type.Object(
    {
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      what: Token,
      /** Of values: a corrected value is another one. */
      generation: Type.Optional(Type.Integer({ minimum: 1 })),
      unit: Token,
      collectedAt: Instant,
      clause: Clause,
    },
    closed,
  ),
});

export const barrierApplied = defineEvent('transfer', 'barrier.applied', {
  aggregate: 'barrier',
  sees: ['as-cause'],
  classification: 'pseudonymous',
  summary:
    'Every transaction that could not see the cause has ended, and every delivery under it: from here on nothing flows.',
  data: Type.Object(
    {
      barrierId: Uuid,
      cause: BarrierCause,
      protocolId: Uuid,
      appliedAt: Instant,
      waited: Type.Object(
        { transactionsMs: Type.Integer({ minimum: 0 }), deliveriesMs: Type.Integer({ minimum: 0 }) },
        closed,
      ),
      /** Disclosures with an attempt whose end could not be observed; `enforced` repeats them. */
      unconfirmed: Type.Array(Uuid),
    },
    closed,
  ),
});

export const valuesErased = defineEvent('transfer', 'values.erased', {
  aggregate: 'disclosure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary:
    'Values, keys and rows of the live store are gone, verified against the store; backups follow at the erasure horizon.',
  data: Type.Object(
    {
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      /** The request of retention; absent where transfer erases what never reached the receiver. */
      erasureId: Type.Optional(Uuid),
      /** The newest generation of the values that is gone, and with it every older one. */
      generation: Type.Integer({ minimum: 1 }),
      /** Items that are kept no longer; none where a correction replaced the generation. */
      items: Type.Array(Token),
      technique: Token,
      counts: Type.Object(
        {
          envelopes: Type.Integer({ minimum: 0 }),
          keys: Type.Integer({ minimum: 0 }),
          passphrases: Type.Integer({ minimum: 0 }),
        },
        closed,
      ),
      verification: Type.Object({ query: Token, remaining: Type.Integer({ minimum: 0, maximum: 0 }) }, closed),
      /** Backups can give the values until this generation of the key-encryption key is destroyed. */
      kekGeneration: Type.Integer({ minimum: 1 }),
      erasedAt: Instant,
      clause: Type.Optional(Clause),
    },
    closed,
  ),
});

export const erasureWithheld = defineEvent('transfer', 'erasure.withheld', {
  aggregate: 'disclosure',
  sees: ['R'],
  classification: 'pseudonymous',
  summary: 'The one gate that every erasure passes found a hold, or a restriction: nothing was erased.',
  data: Type.Object(
    {
      disclosureId: Uuid,
      protocolId: Uuid,
      subjectRef: Uuid,
      erasureId: Uuid,
      /** Of what stands: a hold, or a restriction. */
      holds: Type.Array(Uuid, { minItems: 1 }),
      withheldAt: Instant,
    },
    closed,
  ),
});

export const transferEvents = [
  subjectRegistered,
  subjectMappingErased,
  disclosureAuthorized,
  disclosureRefused,
  disclosureDelivered,
  disclosureFailed,
  disclosureDeliveryUnconfirmed,
  disclosureCollected,
  barrierApplied,
  valuesErased,
  erasureWithheld,
  ...onwardEvents,
  ...routeEvents,
  ...qualityEvents,
  ...restrictionEvents,
  ...keyEvents,
] as const;
