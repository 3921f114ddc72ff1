import Type, { type Static } from 'typebox';
import { factServices } from '../lib/event-definition.js';
import { LostFact, OperationKind, OperationReason } from '../lib/every-service.js';
import { closed, Instant, Sha256, Token, Uuid } from '../lib/shapes.js';

// All under `/<service>/v1/operations`, for the `installation-admin`, and answered also while the service is closed.

const Count = Type.Integer({ minimum: 0 });
const Offset = Type.String({ pattern: '^\\d+$' });
const Service = Type.Union(factServices.map((service) => Type.Literal(service)));
const Pausable = Type.Union([Type.Literal('relay'), Type.Literal('inbox')]);

/** `POST …/pauses` and `POST …/resumes`. */
export const PauseRequest = Type.Object({ what: Pausable, reason: OperationReason }, closed);
export type PauseRequest = Static<typeof PauseRequest>;

/** `POST …/dead-letters/{id}/redrive` and `POST …/rebases`. */
export const OperationRequest = Type.Object({ reason: OperationReason }, closed);
export type OperationRequest = Static<typeof OperationRequest>;

/** `POST …/dead-letters/{id}/discard`: for what can never be read. `messageHash` as in the list: whoever discards has looked. */
export const DiscardRequest = Type.Object({ reason: OperationReason, messageHash: Sha256, lost: LostFact }, closed);
export type DiscardRequest = Static<typeof DiscardRequest>;

/** `POST …/replays`: whose facts are built anew. */
export const ReplayRequest = Type.Object({ service: Service, reason: OperationReason }, closed);
export type ReplayRequest = Static<typeof ReplayRequest>;

const performed = {
  operationId: Uuid,
  operation: OperationKind,
  target: Token,
  reason: OperationReason,
  lost: Type.Optional(LostFact),
  counts: Type.Record(Token, Count),
  performedAt: Instant,
};

/** What an operation did; of a redrive or discard `counts.parked` is how many messages behind the dead letter were handled. */
export const OperationView = Type.Object(
  {
    ...performed,
    /** The dead letter behind which the rest goes on waiting. */
    blockedBy: Type.Optional(Uuid),
    /** Of a rebase: what is lost, since no event carries it, by name. */
    notCarried: Type.Optional(Type.Array(Type.String())),
  },
  closed,
);
export type OperationView = Static<typeof OperationView>;

/** Where a dead letter stands and what waits for it, never what it says. */
export const DeadLetterView = Type.Object(
  {
    id: Uuid,
    cause: Token,
    topic: Type.String(),
    partition: Count,
    offset: Offset,
    messageHash: Sha256,
    recordedAt: Instant,
    /** Since it was recorded. */
    ageSeconds: Count,
    blocks: Type.Object(
      {
        scope: Type.Union([Type.Literal('aggregate'), Type.Literal('key'), Type.Literal('partition')]),
        aggregate: Type.Optional(Uuid),
        /** The version of the aggregate that was applied last; what is lost comes behind it. */
        appliedVersion: Type.Optional(Count),
      },
      closed,
    ),
    parked: Type.Object(
      { messages: Count, firstOffset: Type.Optional(Offset), lastOffset: Type.Optional(Offset) },
      closed,
    ),
    /** Its bytes are erased: it can only be discarded. */
    bytesErased: Type.Boolean(),
    /** It was handled, or given up; what waits behind it is not through yet, so run the same again. */
    interrupted: Type.Boolean(),
  },
  closed,
);
export type DeadLetterView = Static<typeof DeadLetterView>;

/** `GET …/dead-letters`: those that block something, the oldest first. */
export const DeadLettersQuery = Type.Object(
  { limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: 'Default 100' })) },
  closed,
);
export type DeadLettersQuery = Static<typeof DeadLettersQuery>;

export const DeadLetterList = Type.Object({ items: Type.Array(DeadLetterView), total: Count }, closed);
export type DeadLetterList = Static<typeof DeadLetterList>;

/** `GET …/status`. */
export const OperationsStatusView = Type.Object(
  {
    service: Type.String(),
    /** Absent when the service is open. */
    closed: Type.Optional(
      Type.Object(
        {
          because: Type.Union([
            Type.Literal('unchecked'),
            Type.Literal('behind'),
            Type.Literal('cluster'),
            Type.Literal('replaying'),
          ]),
          detail: Type.String(),
        },
        closed,
      ),
    ),
    /** Absent where nothing is sent. */
    relay: Type.Optional(
      Type.Object(
        {
          paused: Type.Boolean(),
          /** Of the last event that is surely on the topic. */
          sequence: Count,
          /** By the service's clock; absent when all is sent. */
          oldestUnsentSeconds: Type.Optional(Count),
        },
        closed,
      ),
    ),
    inbox: Type.Object(
      {
        paused: Type.Boolean(),
        partitions: Type.Array(
          Type.Object(
            {
              topic: Type.String(),
              partition: Count,
              nextOffset: Offset,
              /** Where a replay under way has to come to. */
              replayUntil: Type.Optional(Offset),
            },
            closed,
          ),
        ),
        /** Records that left the log unread and hold a partition. */
        losses: Type.Array(
          Type.Object({ topic: Type.String(), partition: Count, fromOffset: Offset, toOffset: Offset }, closed),
        ),
      },
      closed,
    ),
    deadLetters: Count,
    /** The latest twenty, the newest first. */
    operations: Type.Array(Type.Object({ ...performed, actorRef: Type.String() }, closed)),
  },
  closed,
);
export type OperationsStatusView = Static<typeof OperationsStatusView>;
