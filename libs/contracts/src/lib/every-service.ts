import Type from 'typebox';
import { defineEvent, factServices, type FactService } from './event-definition.js';
import { closed, Instant, Sha256, Token, Uuid } from './shapes.js';

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
  ] as const;
}

export const deadLetterRecorded = Object.fromEntries(
  factServices.map((service) => [service, operationalEvents(service)[0]]),
) as Record<FactService, ReturnType<typeof operationalEvents>[0]>;
