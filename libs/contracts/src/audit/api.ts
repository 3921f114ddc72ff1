import Type, { type Static } from 'typebox';
import { closed, Instant, Uuid } from '../lib/shapes.js';

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

/** `GET /audit/v1/entries?after=<position>&limit=<1..500>&protocolId=&service=` (dpo). */
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
        },
        closed,
      ),
    ),
  },
  closed,
);
export type CompletenessView = Static<typeof CompletenessView>;
