import Type from 'typebox';
import { Clause, Instant, Uuid } from './shapes.js';

const traceparent = '^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$';

/**
 * The CloudEvents attributes of every event of the services, beside its data. In Kafka's binary mode each travels as the
 * header `ce_<attribute>`, the media type as `content-type`, `partitionkey` as the record key too.
 *
 * @see https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/kafka-protocol-binding.md
 * @see https://www.belgif.be/specification/rest/api-guide/ (events)
 */
export const Envelope = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ format: 'uuid', description: 'UUIDv7; with `source` the identity for removing duplicates' }),
  source: Type.String({ pattern: '^urn:[^:]+:[a-z]+$', description: 'urn:<installation>:<service>' }),
  type: Type.String({ pattern: '^be\\.convenant\\.[a-z]+\\.v[1-9][0-9]*\\.[A-Za-z.]+$' }),
  subject: Type.String({ format: 'uuid', description: 'The aggregate; the record key' }),
  time: Type.String({ format: 'date-time', description: 'When it happened, UTC' }),
  partitionkey: Uuid,
  sequence: Type.String({
    pattern: '^[0-9]{19}$',
    description: "Position in the service's outbox: dense from 1, the same on every resend",
  }),
  aggregateversion: Type.String({
    pattern: '^[1-9][0-9]*$',
    description: 'Position within the aggregate: dense from 1',
  }),
  recordedtime: Type.String({ format: 'date-time', description: 'When it was committed, UTC' }),
  correlationid: Type.String({ description: 'Of the command that caused it' }),
  causationid: Type.String({ description: 'Of the command or the event that caused it' }),
  traceparent: Type.Optional(Type.String({ pattern: traceparent, description: 'W3C trace context' })),
  protocolid: Type.Optional(Uuid),
  protocolversion: Type.Optional(Type.String({ pattern: '^[1-9][0-9]*$' })),
  clauseref: Type.Optional(Clause),
  actorparty: Type.Optional(Uuid),
  actorref: Type.Optional(Type.String({ description: 'userRef or client id, never a name' })),
  dataclassification: Type.Union([Type.Literal('pseudonymous'), Type.Literal('none')]),
  trailposition: Type.Optional(
    Type.String({ pattern: '^[0-9]{19}$', description: 'Only on <installation>.audit.<party>: position of the entry' }),
  ),
  trailvisiblefrom: Type.Optional(
    Type.String({
      pattern: '^[0-9]{19}$',
      description:
        'Only on <installation>.audit.<party>: the arrival that made it visible; with the position its order',
    }),
  ),
});

/** The attributes that an agency's own message carries on `<installation>.in.<party>`. */
export const AgencyEnvelope = Type.Object({
  specversion: Type.Literal('1.0'),
  id: Type.String({ format: 'uuid', description: 'The idempotency key, shared with the HTTP commands' }),
  source: Type.String({ minLength: 1 }),
  type: Type.String({ pattern: '^be\\.convenant\\.agency\\.v1\\.[A-Za-z.]+$' }),
  subject: Type.String({ format: 'uuid', description: 'What it speaks of: the disclosure' }),
  time: Type.Optional(Instant),
  correlationid: Type.Optional(Uuid),
  traceparent: Type.Optional(Type.String({ pattern: traceparent, description: 'W3C trace context' })),
});

/** Name of an attribute as Kafka header. */
export function kafkaHeader(attribute: string): string {
  return attribute === 'datacontenttype' ? 'content-type' : `ce_${attribute}`;
}
