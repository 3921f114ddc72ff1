import Type, { type Static } from 'typebox';
import { factServices } from '../lib/event-definition.js';
import { closed, Instant, Sha256, Uuid } from '../lib/shapes.js';

/** One entry of the trail, as a reader of `GET /audit/v1/entries` sees it. */
export const TrailEntry = Type.Object(
  {
    /** Position of arrival in the trail, dense from 1; the same for every reader and for ever. */
    position: Type.Integer({ minimum: 1 }),
    /**
     * Position of the arrival that made it visible to the reader: its own, or a later one (a consent, once something was
     * disclosed under it). Entries are read in the order of (`visibleFrom`, `position`), so what was read never changes.
     */
    visibleFrom: Type.Integer({ minimum: 1 }),
    service: Type.String(),
    sequence: Type.Integer({ minimum: 1 }),
    id: Uuid,
    type: Type.String({ description: 'Short form: consent.withdrawn' }),
    subject: Type.String(),
    aggregateVersion: Type.Integer(),
    time: Instant,
    recordedTime: Instant,
    protocolId: Type.Optional(Uuid),
    protocolVersion: Type.Optional(Type.Integer()),
    clause: Type.Optional(Type.String()),
    actorParty: Type.Optional(Uuid),
    actorRef: Type.Optional(Type.String()),
    correlationId: Type.Optional(Uuid),
    causationId: Type.Optional(Uuid),
    data: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type TrailEntry = Static<typeof TrailEntry>;

/**
 * A place in a reader's own order: `42` behind all that arrival 42 made visible, `42.17` behind entry 17 among them. `0` is
 * the beginning. It stays valid for ever: whatever is not behind it yet comes after it.
 */
export const ReadingCursor = Type.String({
  pattern: '^\\d{1,15}(\\.\\d{1,15})?$',
  description: 'Where reading goes on: `next` of a page or `id` of the stream; 0 is the beginning',
});

/**
 * `GET /audit/v1/entries` (dpo; installation-admin for what concerns the operator): a page of what the caller's party may
 * see, in the order in which it became visible to it. Filters narrow it further.
 */
export const ReadEntriesQuery = Type.Object(
  {
    after: Type.Optional(ReadingCursor),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
    protocolId: Type.Optional(Uuid),
    service: Type.Optional(Type.Union(factServices.map((service) => Type.Literal(service)))),
    type: Type.Optional(Type.String({ maxLength: 100, description: 'Short form: consent.withdrawn' })),
    correlationId: Type.Optional(Uuid),
  },
  closed,
);
export type ReadEntriesQuery = Static<typeof ReadEntriesQuery>;

export const TrailPage = Type.Object(
  {
    items: Type.Array(TrailEntry),
    /** Pass as `after` for the next page; absent when nothing more was there at the time of reading. */
    next: Type.Optional(ReadingCursor),
  },
  closed,
);
export type TrailPage = Static<typeof TrailPage>;

/**
 * `GET /audit/v1/stream` (as `entries`): server-sent events, one `entry` for each {@link TrailEntry}, its `id` a
 * {@link ReadingCursor}. Resumes behind the header `Last-Event-ID`, else behind `after`, else from the beginning. The last
 * event is `end` with a {@link StreamEnd}.
 */
export const FollowTrailQuery = Type.Object({ after: Type.Optional(ReadingCursor) }, closed);
export type FollowTrailQuery = Static<typeof FollowTrailQuery>;

/** Why the stream ended: come back with a new token, or at once. Nothing is lost: resume behind the last id. */
export const StreamEnd = Type.Object(
  { reason: Type.Union([Type.Literal('tokenExpired'), Type.Literal('shuttingDown')]) },
  closed,
);
export type StreamEnd = Static<typeof StreamEnd>;

/** `GET /audit/v1/readings` (dpo: of the own party; installation-admin: the operator's own), in the order of commitment. */
export const ReadReadingsQuery = Type.Object(
  {
    after: Type.Optional(
      Type.String({ pattern: '^\\d{1,18}\\.\\d{1,18}$', description: '`next` of a page; absent: from the beginning' }),
    ),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })),
  },
  closed,
);
export type ReadReadingsQuery = Static<typeof ReadReadingsQuery>;

/** Somebody read the trail for a party: who, when, which part of it. */
export const TrailReading = Type.Object(
  {
    id: Uuid,
    readAt: Instant,
    /** The `userRef` of the reader. */
    reader: Type.String(),
    roles: Type.Array(Type.String()),
    what: Type.String({ description: 'entries, stream, account, completeness or readings' }),
    /** In reading order: behind all that this arrival made visible, through all of the other one. */
    after: Type.Optional(Type.Integer({ minimum: 0 })),
    through: Type.Optional(Type.Integer({ minimum: 0 })),
    /** How many entries were shown. */
    shown: Type.Integer({ minimum: 0 }),
    /** What was asked for; ids only. */
    filters: Type.Record(Type.String(), Type.String()),
  },
  closed,
);
export type TrailReading = Static<typeof TrailReading>;

export const ReadingsPage = Type.Object(
  {
    items: Type.Array(TrailReading),
    /** Pass as `after` for the next page; absent when nothing more was there at the time of reading. */
    next: Type.Optional(Type.String()),
  },
  closed,
);
export type ReadingsPage = Static<typeof ReadingsPage>;

/** `GET /audit/v1/completeness` (dpo, installation-admin): per service, up to where nothing is missing. */
export const CompletenessView = Type.Object(
  {
    services: Type.Array(
      Type.Object(
        {
          service: Type.String(),
          /** Highest n for which 1..n are all in the trail. */
          proven: Type.Integer({ minimum: 0 }),
          /** Highest sequence seen. */
          highest: Type.Integer({ minimum: 0 }),
          missing: Type.Integer({ minimum: 0 }),
          /** The first hundred runs of what is missing. */
          gaps: Type.Array(
            Type.Object({ first: Type.Integer({ minimum: 1 }), last: Type.Integer({ minimum: 1 }) }, closed),
          ),
        },
        closed,
      ),
    ),
    /** Records that could not be read, the last hundred; each stands at its own position in the trail. */
    unreadable: Type.Array(
      Type.Object(
        {
          position: Type.Integer({ minimum: 1 }),
          topic: Type.String(),
          partition: Type.Integer({ minimum: 0 }),
          offset: Type.String({ pattern: '^\\d+$' }),
          length: Type.Integer({ minimum: 0 }),
          digest: Sha256,
          cause: Type.String(),
          recordedAt: Instant,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CompletenessView = Static<typeof CompletenessView>;
