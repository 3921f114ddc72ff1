import Type, { type Static } from 'typebox';
import { Clause, closed, Instant, Localized, Sha256, Uuid } from '../lib/shapes.js';
import { DraftProtocolRequest } from './api.js';

/**
 * `POST /register/v1/protocols/{id}/amendments` (agency, dpo or signatory of either party): a new version as a whole file.
 * It is agreed on like the first one; while it is being agreed, the version in force goes on. A further amendment before
 * it is signed takes its place.
 */
export const AmendProtocolRequest = Type.Pick(DraftProtocolRequest, ['file', 'format', 'documentHash'], closed);
export type AmendProtocolRequest = Static<typeof AmendProtocolRequest>;

export const VersionView = Type.Object(
  {
    version: Type.Integer({ minimum: 1 }),
    /**
     * *agreeing* until the last signature; *activated* from then on, in force from `effectiveFrom` until the next one is;
     * *withdrawn* when another draft, or the end of the protocol, came before the last signature.
     */
    state: Type.Enum(['agreeing', 'activated', 'withdrawn']),
    documentHash: Sha256,
    dataHash: Sha256,
    draftedAt: Instant,
    effectiveFrom: Type.Optional(Instant),
    /** Until when it decided what may flow; absent for the version in force and those that never were. */
    replacedFrom: Type.Optional(Instant),
  },
  closed,
);
export type VersionView = Static<typeof VersionView>;

/** `GET /register/v1/protocols/{id}/versions`, oldest first. */
export const VersionList = Type.Object({ protocolId: Uuid, items: Type.Array(VersionView) }, closed);
export type VersionList = Static<typeof VersionList>;

/** `GET /register/v1/protocols/{id}/versions/{version}`: the data of one version as it was entered. */
export const VersionDetail = Type.Object(
  {
    ...VersionView.properties,
    protocolId: Uuid,
    /** Its shape is `protocols/protocol.schema.json`. */
    model: Type.Record(Type.String(), Type.Unknown()),
  },
  closed,
);
export type VersionDetail = Static<typeof VersionDetail>;

/** Default of `from`: the version before. */
export const DifferenceQuery = Type.Object({ from: Type.Optional(Type.Integer({ minimum: 1 })) }, closed);
export type DifferenceQuery = Static<typeof DifferenceQuery>;

/** `GET /register/v1/protocols/{id}/versions/{version}/difference`: what a version changes, in the order of the file. */
export const DifferenceView = Type.Object(
  {
    protocolId: Uuid,
    from: Type.Integer({ minimum: 1 }),
    to: Type.Integer({ minimum: 1 }),
    items: Type.Array(
      Type.Object(
        {
          change: Type.Enum(['added', 'removed', 'changed']),
          /** Section of the file, then ids or names of its elements: `retention/rules/dossier/period`. */
          place: Type.String(),
          clause: Type.Optional(Clause),
          before: Type.Optional(Type.Unknown()),
          after: Type.Optional(Type.Unknown()),
          text: Localized,
        },
        closed,
      ),
    ),
  },
  closed,
);
export type DifferenceView = Static<typeof DifferenceView>;
