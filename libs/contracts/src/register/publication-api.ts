import Type, { type Static } from 'typebox';
import { Clause, closed, Code, Instant, Name, Sha256, Token, Uuid } from '../lib/shapes.js';
import { AlertCode } from './alert-events.js';
import { PublicationUrl } from './publication-events.js';

/** One public file of a protocol version; the same bytes for ever. */
export const PublicFile = Type.Object(
  {
    /** `nl.html`, `fr.html`, `en.html`, `protocol.json`. */
    name: Token,
    mediaType: Type.String(),
    contentHash: Sha256,
    bytes: Type.Integer({ minimum: 1 }),
    /** Below the installation's own address; needs no login once the protocol is public. */
    path: Type.String(),
  },
  closed,
);

/** `POST /register/v1/protocols/{id}/publications` (dpo or signatory): where the party publishes, on its own website. */
export const RecordPublicationRequest = Type.Object({ url: PublicationUrl }, closed);
export type RecordPublicationRequest = Static<typeof RecordPublicationRequest>;

/** `POST /register/v1/protocols/{id}/publications/{publicationId}/checks`: look at the address now. */
export const CheckPublicationRequest = Type.Object({}, closed);

/** Where one party publishes one version. `awaited` until the address holds a public file of it. */
export const PublicationView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    version: Type.Integer({ minimum: 1 }),
    party: Uuid,
    url: PublicationUrl,
    state: Type.Enum(['awaited', 'published', 'lapsed', 'replaced']),
    file: Type.Optional(Token),
    contentHash: Type.Optional(Sha256),
    /** When the address last held the file. */
    observedAt: Type.Optional(Instant),
    lastCheckedAt: Type.Optional(Instant),
    /** What the last look found, when it was not the file. */
    cause: Type.Optional(Code),
    nextCheckAt: Type.Optional(Instant),
    recordedAt: Instant,
  },
  closed,
);
export type PublicationView = Static<typeof PublicationView>;

/** `GET /register/v1/protocols/{id}/publications`: the files of the version in force, and where the parties publish it. */
export const PublicationsView = Type.Object(
  {
    protocolId: Uuid,
    version: Type.Integer({ minimum: 1 }),
    /** Whether anybody may read the files: the text promises publication, or a party has named an address. */
    public: Type.Boolean(),
    clause: Type.Optional(Clause),
    files: Type.Array(PublicFile),
    items: Type.Array(PublicationView),
  },
  closed,
);
export type PublicationsView = Static<typeof PublicationsView>;

/** `GET /register/v1/publications` (public): every protocol of the installation that is public, by version. */
export const PublicProtocolsView = Type.Object(
  {
    items: Type.Array(
      Type.Object(
        {
          protocolId: Uuid,
          version: Type.Integer({ minimum: 1 }),
          title: Name,
          effectiveFrom: Instant,
          files: Type.Array(PublicFile),
        },
        closed,
      ),
    ),
    next: Type.Optional(Uuid),
  },
  closed,
);
export type PublicProtocolsView = Static<typeof PublicProtocolsView>;

export const AlertView = Type.Object(
  {
    id: Uuid,
    protocolId: Uuid,
    party: Uuid,
    code: AlertCode,
    about: Type.Optional(Token),
    clause: Type.Optional(Clause),
    since: Instant,
    raisedAt: Instant,
    /**
     * Whether the officer of the party that has to act was told of it by mail; `noContact` when none of that officer's mailboxes
     * is verified. Absent for what an earlier release raised.
     */
    mail: Type.Optional(Type.Enum(['due', 'sent', 'failed', 'noContact'])),
    clearedAt: Type.Optional(Instant),
  },
  closed,
);
export type AlertView = Static<typeof AlertView>;

/** `GET /register/v1/protocols/{id}/alerts`: standing ones first, at most 500. */
export const AlertsView = Type.Object({ items: Type.Array(AlertView) }, closed);
export type AlertsView = Static<typeof AlertsView>;
