import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Envelope } from '@convenant/contracts';
import { newId } from '@convenant/kernel';
import { createTestDatabase, eventually, kafkaSettings, testInstallation, type TestDatabase } from '@convenant/testing';
import { CloudEvent, Kafka } from 'cloudevents';
import { Compile } from 'typebox/compile';
import { ensureTopics, fixedTopics, messagingMigrations, topicOf } from '../../index.js';
import { startService, withdraw, type RunningService } from '../../../test/messaging-kit.js';
import { readTopic, type TopicRecord } from '../../../test/topic-reader.js';

describe('a reader that knows CloudEvents and nothing of us', () => {
  const installation = testInstallation();
  const topic = topicOf(installation, 'consent');
  const kafka = kafkaSettings();
  const consents = [newId(), newId()];
  let database: TestDatabase;
  let service: RunningService;
  let records: TopicRecord[];

  beforeAll(async () => {
    await ensureTopics({ kafka }, fixedTopics(installation));
    database = await createTestDatabase({ service: 'consent', migrations: messagingMigrations });
    service = await startService({
      installation,
      service: 'consent',
      databaseUrl: database.runtimeUrl,
      kafka,
      relay: true,
    });
    await service.outbox.transaction(consents, (tx) => withdraw(tx, ...consents));
    records = await eventually(
      async () => {
        const found = await readTopic(kafka, topic);
        return found.length === consents.length ? found : undefined;
      },
      { what: 'both withdrawals on the topic' },
    );
  }, 60_000);
  afterAll(async () => {
    await service?.close();
    await database?.drop();
  });

  it('reads every record in binary mode, with the required attributes, the extensions and the data', () => {
    const events = records.map(({ key, headers, value }) =>
      Kafka.toEvent<Record<string, unknown>>({ key, headers, body: value, value }),
    ) as CloudEvent<Record<string, unknown>>[];
    for (const event of events) {
      expect(event.validate()).toBe(true);
      expect(event).toMatchObject({
        specversion: '1.0',
        source: `urn:${installation}:consent`,
        type: 'be.convenant.consent.v1.consent.withdrawn',
        datacontenttype: 'application/json',
        dataclassification: 'pseudonymous',
        partitionkey: event.subject,
      });
      expect(event.data).toMatchObject({ consentId: event.subject, method: 'oral' });
    }
    expect(events.map(({ subject }) => subject).sort()).toEqual([...consents].sort());
    expect(events.map((event) => event['sequence']).sort()).toEqual(['0000000000000000001', '0000000000000000002']);
  });

  it('finds exactly the headers that the contract promises, each of its form', () => {
    const check = Compile(Envelope);
    for (const { headers } of records) {
      const { 'content-type': mediaType, ...attributes } = headers;
      expect(mediaType).toBe('application/json');
      const envelope = Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name.replace(/^ce_/, ''), value]),
      );
      expect(Object.keys(attributes).every((name) => name.startsWith('ce_'))).toBe(true);
      expect([...check.Errors(envelope)]).toEqual([]);
      expect(Object.keys(envelope).filter((name) => !(name in Envelope.properties))).toEqual([]);
    }
  });
});
