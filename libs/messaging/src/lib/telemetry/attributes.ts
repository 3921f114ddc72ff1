/** Attribute and tracer names of this lib (OpenTelemetry messaging conventions). Ids only. */
export const TRACER = '@convenant/messaging';

export const attribute = {
  system: 'messaging.system',
  destination: 'messaging.destination.name',
  partition: 'messaging.destination.partition.id',
  offset: 'messaging.kafka.offset',
  operation: 'messaging.operation.name',
  batchSize: 'messaging.batch.message_count',
  messageId: 'messaging.message.id',
  eventType: 'cloudevents.event_type',
  eventId: 'cloudevents.event_id',
  sequence: 'convenant.sequence',
  correlationId: 'convenant.correlation_id',
} as const;

/** Names of the metrics; dashboards and alerts depend on them. */
export const metric = {
  outboxPosition: 'outbox.position',
  oldestUnsentAge: 'outbox.oldest_unsent_age',
  xminAge: 'outbox.xmin_age',
  lagMessages: 'inbox.lag.messages',
  lagSeconds: 'inbox.lag.seconds',
  deadLetters: 'inbox.dead_letters',
  redeliveries: 'inbox.redeliveries',
  open: 'service.open',
} as const;
