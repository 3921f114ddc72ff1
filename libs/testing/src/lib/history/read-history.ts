import { createHash, randomBytes } from 'node:crypto';
import kafkajs, { type IHeaders } from 'kafkajs';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { headerOf } from '@convenant/messaging';
import type { TestKafkaSettings } from '../installation.js';
import type {
  CommandRecordFact,
  EffectFact,
  EntryFact,
  OutboxFact,
  PositionFact,
  RecordFact,
  UnfinishedFact,
} from './history-facts.js';

/** What an event is, in a few bytes: wire type, aggregate, version and content. */
export function digestOf(type: string, subject: string, version: number | string, data: string): string {
  return createHash('sha256').update(`${type} ${subject} ${version} ${data}`).digest('base64url').slice(0, 22);
}

/** `be.convenant.consent.v1.consent.withdrawn` is `consent.withdrawn`. */
export function shortName(type: string): string {
  return type.split('.').slice(4).join('.');
}

/** An outbox row with its content parsed, for what is derived from events. */
export type ReadEvent = OutboxFact & { protocolId?: string; data: any };

/**
 * The outbox of a service in the order of the relay's cursor, numbered from 1: of a database from which nothing was purged
 * yet and that no rebase has renumbered.
 */
export async function* readOutbox(databaseUrl: string, service: string): AsyncGenerator<ReadEvent> {
  let sequence = 0;
  const rows = stream(
    databaseUrl,
    `SELECT event_id, type, subject, aggregate_version, causation_id, protocol_id, data FROM outbox ORDER BY era, xid, id`,
  );
  for await (const row of rows) {
    const { event_id: id, type, subject, aggregate_version: version, causation_id: causationId, data } = row;
    yield {
      service,
      sequence: (sequence += 1),
      id,
      name: shortName(type),
      subject,
      aggregateVersion: Number(version),
      causationId,
      digest: digestOf(type, subject, version, data),
      ...(row.protocol_id ? { protocolId: row.protocol_id } : null),
      data: JSON.parse(data),
    };
  }
}

/** The entries of the trail, in the order of their arrival. */
export async function* readTrail(databaseUrl: string): AsyncGenerator<EntryFact> {
  const rows = stream(
    databaseUrl,
    'SELECT service, sequence, id, type, name, subject, aggregate_version, data FROM trail_entry ORDER BY position',
  );
  for await (const { service, sequence, id, type, name, subject, aggregate_version: version, data } of rows) {
    const digest = digestOf(type, subject, version, data);
    yield { service, sequence: Number(sequence), id, name, subject, aggregateVersion: Number(version), digest };
  }
}

export async function* readCommandRecords(databaseUrl: string, service: string): AsyncGenerator<CommandRecordFact> {
  for await (const { key, result } of stream(databaseUrl, 'SELECT key, result FROM command_record')) {
    yield { service, key, result: Object.values(result as Record<string, string | string[]>).flat() };
  }
}

/** Which reactions ran for which events. */
export async function* readReactions(databaseUrl: string, service: string): AsyncGenerator<EffectFact> {
  for await (const { reaction, causationid } of stream(databaseUrl, 'SELECT reaction, causationid FROM inbox_reaction'))
    yield { service, handler: reaction, eventId: causationid };
}

/** @param ends the end of each partition, by `topic/partition` */
export async function* readPositions(
  databaseUrl: string,
  service: string,
  ends: ReadonlyMap<string, number>,
): AsyncGenerator<PositionFact> {
  for await (const row of stream(databaseUrl, 'SELECT topic, partition, next_offset FROM inbox_partition')) {
    const { topic, partition } = row;
    const end = ends.get(`${topic}/${partition}`) ?? 0;
    yield { service, topic, partition, nextOffset: Number(row.next_offset), end };
  }
}

/** Rows of a service that must be gone once all has come to rest. */
export async function* readUnfinished(databaseUrl: string, service: string): AsyncGenerator<UnfinishedFact> {
  const counted = {
    'rows unsent': `SELECT (SELECT count(*) FROM outbox) - (SELECT sequence FROM relay_cursor) AS count`,
    'dead letters': 'SELECT count(*) FROM inbox_dead_letter WHERE redriven_at IS NULL',
    blocks: 'SELECT count(*) FROM inbox_block',
    'messages parked': 'SELECT count(*) FROM inbox_parked',
    losses: 'SELECT count(*) FROM inbox_loss WHERE skipped_at IS NULL',
  };
  for (const [what, text] of Object.entries(counted)) {
    for await (const { count } of stream(databaseUrl, text)) yield { service, what, count: Number(count) };
  }
}

/** Rows of any table, one object each; one page of them in memory. */
export async function* stream(databaseUrl: string, text: string, values: unknown[] = []): AsyncGenerator<any> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    yield* client.query(new QueryStream(text, values, { batchSize: 1_000 }));
  } finally {
    await client.end();
  }
}

/**
 * Every record that a fact topic holds now, per partition by offset, read by an independent client.
 * @returns the end of each partition, by `topic/partition`
 */
export async function readTopic(
  { brokers, sasl }: TestKafkaSettings,
  topic: string,
  service: string,
  take: (record: RecordFact) => void,
): Promise<Map<string, number>> {
  const client = new kafkajs.Kafka({
    clientId: 'history',
    brokers,
    sasl: { mechanism: 'scram-sha-512', ...sasl },
    logLevel: kafkajs.logLevel.NOTHING,
  });
  const admin = client.admin();
  await admin.connect();
  const offsets = await admin.fetchTopicOffsets(topic);
  const left = new Map(offsets.filter(({ high, low }) => high !== low).map((each) => [each.partition, +each.high]));
  const groupId = `history-${randomBytes(6).toString('hex')}`;
  const consumer = client.consumer({ groupId, maxWaitTimeInMs: 100 });
  await consumer.connect();
  await consumer.subscribe({ topics: [topic], fromBeginning: true });
  await new Promise<void>((resolve, reject) => {
    if (left.size === 0) return resolve();
    consumer.on(consumer.events.CRASH, ({ payload }) => reject(payload.error));
    const run = consumer.run({
      autoCommit: false,
      eachMessage: async ({ partition, message }) => {
        const end = left.get(partition);
        if (end === undefined || Number(message.offset) >= end) return;
        take(recordOf(service, partition, message));
        if (Number(message.offset) + 1 === end) left.delete(partition);
        if (left.size === 0) resolve();
      },
    });
    run.catch(reject);
  }).finally(() => consumer.disconnect());
  await admin.deleteGroups([groupId]).catch(() => undefined);
  await admin.disconnect();
  return new Map(offsets.map(({ partition, high }) => [`${topic}/${partition}`, Number(high)]));
}

function recordOf(
  service: string,
  partition: number,
  message: { offset: string; value: Buffer | null; headers?: IHeaders },
): RecordFact {
  const text = (name: string) => String(message.headers?.[name] ?? '');
  const [type, subject, version] = [headerOf.type, headerOf.subject, headerOf.aggregateversion].map(text);
  return {
    service,
    partition,
    offset: Number(message.offset),
    sequence: Number(text(headerOf.sequence)),
    id: text(headerOf.id),
    name: shortName(type!),
    subject: subject!,
    aggregateVersion: Number(version),
    causationId: text(headerOf.causationid),
    digest: digestOf(type!, subject!, version!, String(message.value)),
  };
}
