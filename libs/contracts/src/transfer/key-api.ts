import Type, { type Static } from 'typebox';
import { closed, Instant, Uuid } from '../lib/shapes.js';

const Generation = Type.Integer({ minimum: 1 });

/**
 * Answer to `POST /transfer/v1/keys/rotations` (installation-admin) and `GET …/{id}`. `rotating` until every live data key
 * is wrapped under `generation`; `rewrapped` until the destruction of the older generations is ordered.
 */
export const KeyRotationView = Type.Object(
  {
    id: Uuid,
    state: Type.Union([
      Type.Literal('rotating'),
      Type.Literal('rewrapped'),
      Type.Literal('destroying'),
      Type.Literal('destroyed'),
    ]),
    generation: Type.Optional(Generation),
    startedAt: Instant,
    rotatedAt: Type.Optional(Instant),
    rewrapped: Type.Integer({ minimum: 0 }),
    rewrappedAt: Type.Optional(Instant),
    backupConfirmedAt: Type.Optional(Instant),
    destroyedAt: Type.Optional(Instant),
  },
  closed,
);
export type KeyRotationView = Static<typeof KeyRotationView>;

/**
 * `POST /transfer/v1/keys/rotations/{id}/destruction` (installation-admin): destroys every generation older than that of
 * the rotation, for ever. The backup must have been taken after the re-wrapping.
 */
export const DestroyKeysRequest = Type.Object({ backupConfirmedAt: Instant }, closed);
export type DestroyKeysRequest = Static<typeof DestroyKeysRequest>;

/**
 * `GET /transfer/v1/keys` (installation-admin, dpo): what was erased up to `erasedUpTo` cannot be read from any backup
 * either, since `reachedAt`. Absent until a generation has been destroyed.
 */
export const KeysView = Type.Object(
  {
    currentGeneration: Generation,
    generations: Type.Array(Generation),
    erasureHorizon: Type.Optional(Type.Object({ erasedUpTo: Instant, reachedAt: Instant }, closed)),
    rotations: Type.Array(KeyRotationView),
  },
  closed,
);
export type KeysView = Static<typeof KeysView>;
