import Type, { type Static } from 'typebox';
import { defineEvent, factServices, type FactService } from './event-definition.js';
import { closed, Instant, Sha256, Token, Uuid } from './shapes.js';

/** Why an operator does something: for the record that others read, so it names things by their ids and nobody by name. */
export const OperationReason = Type.String({ minLength: 1, maxLength: 300 });

/** What an operator can do to a running service. */
export const OperationKind = Type.Union([
  Type.Literal('pause'),
  Type.Literal('resume'),
  Type.Literal('redrive'),
  Type.Literal('discard'),
  Type.Literal('replay'),
  Type.Literal('rebase'),
]);

/**
 * What an operator gives up for good with a dead letter, said in so many words. `aggregate` and `aggregateVersion` name the event
 * that is lost; both are absent when the record was no event of anybody.
 */
export const LostFact = Type.Object(
  {
    statement: OperationReason,
    aggregate: Type.Optional(Uuid),
    aggregateVersion: Type.Optional(Type.Integer({ minimum: 1 })),
  },
  closed,
);
export type LostFact = Static<typeof LostFact>;

/** What every service records of its own operation: dead letters and operators' commands. */
function operationalEvents(service: FactService) {
  return [
    defineEvent(service, 'deadLetter.recorded', {
      aggregate: 'deadLetter',
      sees: ['I'],
      classification: 'none',
      summary:
        'A message could not be handled: its position, cause and hash, never its content. Its aggregate is blocked.',
      data: Type.Object(
        {
          deadLetterId: Uuid,
          topic: Type.String(),
          partition: Type.Integer({ minimum: 0 }),
          offset: Type.String({ pattern: '^\\d+$' }),
          cause: Token,
          blocks: Type.Object(
            {
              scope: Type.Union([Type.Literal('aggregate'), Type.Literal('key'), Type.Literal('partition')]),
              subject: Type.Optional(Uuid),
            },
            closed,
          ),
          messageHash: Sha256,
          recordedAt: Instant,
        },
        closed,
      ),
    }),
    defineEvent(service, 'deadLetter.redriven', {
      aggregate: 'deadLetter',
      sees: ['I'],
      classification: 'none',
      summary:
        'A dead letter was handled after all, or discarded, by command. Its block is lifted, or has passed to another dead letter.',
      data: Type.Object(
        {
          deadLetterId: Uuid,
          operationId: Uuid,
          /** Messages that had waited behind it and were handled now. */
          parked: Type.Integer({ minimum: 0 }),
          /** The dead letter behind which the others go on waiting; absent when the block is lifted. */
          blockedBy: Type.Optional(Uuid),
          /** It was not handled but given up: what `operation.performed` says is lost. */
          discarded: Type.Optional(Type.Literal(true)),
          reason: OperationReason,
          redrivenAt: Instant,
        },
        closed,
      ),
    }),
    defineEvent(service, 'operation.performed', {
      aggregate: 'operation',
      sees: ['I'],
      classification: 'none',
      summary: 'An operator did something to the running service: what, to which part, why; who is the actor.',
      data: Type.Object(
        {
          operationId: Uuid,
          operation: OperationKind,
          /** The part of the service: `relay`, `inbox`, a topic, a dead letter. */
          target: Token,
          reason: OperationReason,
          /** With `discard` only. */
          lost: Type.Optional(LostFact),
          /** Figures of what was done, by name. */
          counts: Type.Record(Token, Type.Integer({ minimum: 0 })),
          performedAt: Instant,
        },
        closed,
      ),
    }),
  ] as const;
}

type Operational = ReturnType<typeof operationalEvents>;

function ofEachService<Index extends 0 | 1 | 2>(index: Index): Record<FactService, Operational[Index]> {
  return Object.fromEntries(
    factServices.map((service) => [service, operationalEvents(service)[index]]),
  ) as unknown as Record<FactService, Operational[Index]>;
}

export const deadLetterRecorded = ofEachService(0);
export const deadLetterRedriven = ofEachService(1);
export const operationPerformed = ofEachService(2);
