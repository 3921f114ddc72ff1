import Type, { type Static } from 'typebox';
import { factServices } from '../lib/event-definition.js';
import { closed, Instant, Sha256, Uuid } from '../lib/shapes.js';

/** One entry of the trail, as a reader of `GET /audit/v1/entries` sees it. */
export const TrailEntry = Type.Object(
  {
    /** Position of arrival in the trail, dense from 1: a past interval never changes. */
    position: Type.Integer({ minimum: 1 }),
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
 * `GET /audit/v1/entries` (dpo; installation-admin for what concerns the operator): a page of what the caller's party may
 * see, oldest first. Filters narrow it further. An entry may become visible to a party later than it arrived (a consent, once
 * something was disclosed under it), always at the position it has had from the start.
 */
export const ReadEntriesQuery = Type.Object(
  {
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'Position after which the page begins; default 0' })),
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
    next: Type.Optional(Type.Integer()),
  },
  closed,
);
export type TrailPage = Static<typeof TrailPage>;

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
