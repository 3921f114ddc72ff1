import Type from 'typebox';
import { defineEvent } from '../lib/event-definition.js';
import { closed, Instant, Uuid } from '../lib/shapes.js';

const Generation = Type.Integer({ minimum: 1 });
const Count = Type.Integer({ minimum: 0 });
const rotation = { rotationId: Uuid, generation: Generation };

export const keyRotationStarted = defineEvent('transfer', 'keyRotation.started', {
  aggregate: 'keyRotation',
  sees: ['I'],
  classification: 'none',
  summary: 'The operator asked for a new generation of the key-encryption key.',
  data: Type.Object({ rotationId: Uuid, startedAt: Instant }, closed),
});

export const keyRotationCompleted = defineEvent('transfer', 'keyRotation.completed', {
  aggregate: 'keyRotation',
  sees: ['I'],
  classification: 'none',
  summary: 'Every data key of the live store is wrapped under the new generation, verified against the store.',
  data: Type.Object(
    { ...rotation, rotatedAt: Instant, rewrapped: Count, remaining: Type.Literal(0), completedAt: Instant },
    closed,
  ),
});

export const keyGenerationDestroyed = defineEvent('transfer', 'keyGeneration.destroyed', {
  aggregate: 'keyRotation',
  sees: ['I'],
  classification: 'none',
  summary:
    'The older generations are gone: no backup and no write-ahead log can give what was erased up to `erasedUpTo`.',
  data: Type.Object(
    {
      ...rotation,
      destroyed: Type.Array(Generation),
      /** A backup taken after the re-wrapping exists, says the operator. */
      backupConfirmedAt: Instant,
      erasedUpTo: Instant,
      destroyedAt: Instant,
    },
    closed,
  ),
});

export const keyEvents = [keyRotationStarted, keyRotationCompleted, keyGenerationDestroyed] as const;
